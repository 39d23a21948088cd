# Dates and lengths of time, for emails and pages.

time-date = { $day } { $month ->
    [1] януари
    [2] февруари
    [3] март
    [4] април
    [5] май
    [6] юни
    [7] юли
    [8] август
    [9] септември
    [10] октомври
    [11] ноември
   *[12] декември
} { $year } г.
time-moment = { $date }, { $clock } ч. UTC
time-days = { $count ->
    [one] { $count } ден
   *[other] { $count } дни
}
time-hours = { $count ->
    [one] { $count } час
   *[other] { $count } часа
}
time-minutes = { $count ->
    [one] { $count } минута
   *[other] { $count } минути
}
time-seconds = { $count ->
    [one] { $count } секунда
   *[other] { $count } секунди
}
