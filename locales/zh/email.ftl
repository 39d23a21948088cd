# 把链接带给收件人的邮件，以及用来测试邮件的邮件。`$sharer` 是分享者的邮箱地址，`$host` 是本服务器的名称，
# `$moment` 和 `$duration` 与 time.ftl 中相同。

email-subject = 给您的一次性链接，只能打开一次
email-heading = 有人与您分享了一条秘密信息
email-greeting = 您好：
email-opening = { $sharer } 想交给您一些不宜写在邮件里的内容，例如密码。请通过下面的链接查看：
email-button = 查看秘密信息
email-once = 此链接只能打开一次。打开之后，内容即从服务器上删除，所以请在方便保存内容时再打开。
email-until = 链接在 { $moment } 之前有效，从现在起约 { $duration }。
email-passphrase = 打开时需要输入口令。口令会通过其他方式告诉您，不会写在邮件里。
email-forward = 请不要转发此邮件：任何拿到链接的人都可以抢先打开它。
email-unexpected = 如果您没有料到会收到此邮件，请先不要打开链接，而是通过您已知的方式向分享者核实。
email-footer = 此邮件由 { $host } 发送，因为有人与您分享了一条秘密信息。
email-test-subject = 来自 { $host } 的测试邮件
email-test-heading = 邮件功能正常
email-test-opening = 发送此邮件，是为了确认本服务器的邮件能否送达。您已经收到了。
email-test-spam = 它是否被归入了垃圾邮件？如果是，请检查发件人域名的 SPF 和 DKIM 设置：带链接的邮件也会落到那里。
email-test-button = 前往服务器
email-test-closing = 它的格式与带有秘密信息链接的邮件相同。其中的链接指向服务器的首页，您无需做任何事。
email-test-footer = 应服务器管理员通过 `readonce doctor --mail-to` 提出的要求发送。

# 告知分享者秘密信息结局的邮件。`$receipt` 是状态页密钥的开头。
notice-subject = 您在 { $host } 上分享的内容有了结果
notice-heading = 您分享的内容有新消息
notice-opening = 您要求在分享的秘密信息结束时得到通知。每条信息以其状态页密钥的前几个字符表示：
notice-read = { $receipt }：已于 { $moment } 被读取
notice-burned = { $receipt }：已于 { $moment } 未读即销毁
notice-expired = { $receipt }：已于 { $moment } 未读即过期
notice-closing = 有信息已被读取，而读取者不是您发送链接的对象？请立即更换所分享的内容。
notice-footer = 此邮件由 { $host } 发送，因为您的账户要求如此。可以在列出您的分享的页面上关闭。
