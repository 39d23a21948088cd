# Dates and lengths of time, for emails and pages.

time-date = { $day } { $month ->
    [1] januari
    [2] februari
    [3] mars
    [4] april
    [5] maj
    [6] juni
    [7] juli
    [8] augusti
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }
time-moment = { $date } kl. { $clock } UTC
time-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dagar
}
time-hours = { $count ->
    [one] { $count } timme
   *[other] { $count } timmar
}
time-minutes = { $count ->
    [one] { $count } minut
   *[other] { $count } minuter
}
time-seconds = { $count ->
    [one] { $count } sekund
   *[other] { $count } sekunder
}
