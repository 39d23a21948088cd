# Dates and lengths of time, for emails and pages.

time-date = { $year }年{ $month }月{ $day }日
time-moment = { $date } { $clock }（UTC）
time-days = { $count } 天
time-hours = { $count } 小时
time-minutes = { $count } 分钟
time-seconds = { $count } 秒
