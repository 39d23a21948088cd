# The pages.

# Around every page.
skip = 跳到正文
languages = 语言
region = 区域：{ $region }
about-link = 关于本服务器
contact-link = 联系方式
contact-help = 可通过以下方式联系本服务器的管理者：
home-link = 分享秘密
copied = 已复制
not-copied = 无法复制。请选中文字后手动复制。
passphrase = 口令
optional = （可选）
show = 显示
hide = 隐藏

# Sharing a secret.
share-title = 分享秘密
share-intro = 写下密码或便条，即可得到一个链接。打开链接的人只能阅读一次，之后内容即被删除。
share-secret = 秘密内容
share-passphrase-hint = 阅读时也需要输入口令。请勿与链接用同一途径发送。
share-lifetime = 有效期
share-lifetime-hint = 如在此期间无人阅读，秘密将被删除。
share-button = 生成链接
generate-button = 改为生成随机密码
generate-hint = 生成随机密码时，请将“秘密内容”留空。
generate-beside = 这段文字将不会被分享。若要生成密码，请清空此栏；若要分享文字，请创建链接。
generate-options = 密码的长度和字符
generate-length = 字符数
generate-kinds = 字符种类
generate-uppercase = 大写字母
generate-lowercase = 小写字母
generate-numbers = 数字
generate-symbols = 标点符号
generate-distinct = 排除易混淆的字符：i l o 1 I O 0
generate-wrong = 请选择 4 到 128 个字符，并至少选择一种字符。
share-empty = 请输入要分享的内容。
share-too-big = { $max ->
   *[other] 内容过长：最多 { $max } 字节。
}
share-passphrase-long = 口令过长：最多 128 个字符。
share-passphrase-again = 请重新输入口令：口令绝不会被发回此页面。
share-passphrase-missing = 缺少口令。如果再次这样提交表单，任何持有链接的人都能读取该秘密。
share-passphrase-required = 此处必须设置口令，请输入。
share-passphrase-short = 口令至少需要 { $min } 个字符。
share-kept = 您输入的内容仍保留在下面的表单中。
share-recipient = 收件人的电子邮件地址
share-recipient-hint = 收件人会收到一封带有链接的邮件，其中会注明由您分享。
share-recipient-wrong = 请检查该地址：无法向其发送邮件。
share-perhaps-mailed = 服务器在关键时刻失去了与存储的连接。秘密可能已经分享，带有链接的邮件也可能已经发出。请先询问收件人，再决定是否重新分享。
closed-title = 在此分享需要账户
closed-text = 在本服务器上，只有拥有账户的人才能分享，并且只能通过 API 或使用该 API 的程序。账户由本服务器的管理者发放。
closed-sign-in = 在本服务器上，只有拥有账户的人才能分享。账户由本服务器的管理者发放。
closed-links = 打开收到的链接无需账户。

# The new link.
shared-title = 链接已生成
shared-intro = 现在可以把链接发送给应当阅读秘密的人。
shared-mailed = 带有链接的邮件正在发往 { $recipient }。
link-title = 秘密的链接
copy-link = 复制链接
shared-warning = 请不要自己打开此链接。
shared-warning-why = 它只能使用一次，打开后秘密即被删除。
shared-again = 如果重新加载此页面，该秘密会通过另一个链接再次被分享。
shared-password = 生成的密码
copy-password = 复制密码
shared-password-hint = 密码只在此处显示这一次。
shared-receipt = 留给自己：状态页
shared-receipt-hint = 在状态页可以查看秘密是否已被阅读，也可以将其销毁。请勿把状态页的地址告诉他人。
shared-receipt-link = 打开状态页
qr-title = 显示二维码
qr-label = 链接的二维码
share-another = 再分享一个秘密

# The page of a link.
secret-title = 有人与您分享了一个秘密
secret-intro = 它只能显示一次。请在准备好阅读并妥善保存之后再继续。
secret-button = 显示秘密
secret-once = 显示之后，秘密会立即从本服务器删除。
secret-lost = 没有收到回应。请立即再按一次按钮：如果那时已没有秘密，说明这次尝试已将其消耗，而未能显示。
secret-passphrase-hint = 此秘密受口令保护。口令请向发送链接的人询问。
secret-passphrase-wrong = 口令错误。秘密仍然存在。
secret-tries = { $tries ->
    [0] 目前无法再尝试。
   *[other] 还可以尝试 { $tries } 次。
}
type-label = 请输入这四个字母：
type-hint = 这样可以防止自动打开消息中链接的程序读取秘密。
type-wrong = 字母不符，或停留时间过长。请输入新的字母。
revealed-title = 秘密内容如下
revealed-intro = 它已从本服务器删除，无法再次显示。关闭此页面之前请先复制。
revealed-inexpressible = 其中含有无法显示的字符，在此以 ␀ 表示。使用按钮可以准确复制。
copy-secret = 复制秘密
save-secret = 另存为文件
share-answer = 我也要分享秘密
gone-title = 这里没有秘密
gone-text = 它可能已被阅读、已被分享者销毁、已过有效期，或者从未存在过。具体是哪一种，从这里无法得知。
gone-hint = 如果您正在等待一个秘密，而自己并未阅读过，请告知发送链接的人：它可能已被他人阅读。

# The status page of a secret.
receipt-title = 秘密的状态
receipt-new = 尚未阅读
receipt-new-text = 秘密正等待阅读。查看本页不会改变任何内容。
receipt-mail-dead = 包含链接的电子邮件未能送达。请自行发送链接；如果地址有误，请销毁该秘密并重新分享。
receipt-mail-waiting = 包含链接的电子邮件尚未送达，系统会再次尝试。
receipt-read = 已阅读
receipt-read-text = 有人打开链接并阅读了秘密。它已从本服务器删除。
receipt-read-next = 读取者不是您发送链接的对象吗？请立即更改所分享的内容。
receipt-burned = 已销毁
receipt-burned-text = 秘密在未被阅读的情况下已销毁。任何人都无法再阅读。
receipt-expired = 已过期
receipt-expired-text = 在有效期内无人阅读此秘密。它已被删除。
receipt-orphaned = 已丢失
receipt-orphaned-text = 秘密已不存在，但它既未被阅读或销毁，也未过期。本服务器的管理者可以查找原因。
receipt-created = 分享时间
receipt-read-at = 阅读时间
receipt-burned-at = 销毁时间
receipt-who = 谁可以阅读
receipt-who-link = 拥有链接的人，仅一次
receipt-who-passphrase = 拥有链接并知道口令的人，仅一次
receipt-tries = 已尝试的口令
receipt-tries-count = { $tries ->
    [0] 无
   *[other] { $tries } 次，均未能打开秘密
}
receipt-tries-refused = 部分尝试被拒绝至
receipt-tries-next = 如果尝试的人不是您的收件人，请销毁该秘密，并通过其他途径重新分享。
receipt-until = 可阅读至
receipt-forgotten = 本页保留至
receipt-burn = 销毁秘密…
receipt-none = 这里没有状态信息
receipt-none-text = 地址有误，或者秘密分享已久，其状态也已被删除。
receipt-closed = 在此查看状态需要账户
receipt-closed-text = 在本服务器上，只有拥有账户的人才能查看秘密的状态或将其销毁，并且只能通过 API 或使用该 API 的程序。
receipt-closed-sign-in = 在本服务器上，只有拥有账户的人才能查看秘密的状态或将其销毁。
burn-title = 要销毁这个秘密吗？
burn-text = 销毁后任何人都无法再阅读，且无法撤销。
burn-button = 销毁秘密
burn-back = 保留
burn-late = 已没有可销毁的内容
burn-late-text = 秘密已被阅读、已被销毁，或已过有效期。具体情况请见状态页。

# Signing in and out.
sign-in-link = 登录
sign-in-title = 登录
sign-in-intro = 供使用账户分享秘密的人登录。如要阅读秘密，只需打开收到的链接。
sign-in-already = 您已登录为 { $address }。
sign-in-go-on = 继续
sign-in-vouched = 根据本服务器前面的登录系统，您是
sign-in-as = 使用此账户继续
sign-in-other = 或使用 API 令牌
sign-in-address = 电子邮件地址
sign-in-token = API 令牌
sign-in-token-hint = 令牌只在创建时显示一次。本服务器的管理者可以为您发放新的令牌。
sign-in-button = 登录
sign-in-cookie = 登录会设置一个 Cookie，供本服务器识别您。它在您退出登录时失效，几小时后也会自动失效。
sign-in-wrong = 未能登录：{ $address } 与此 API 令牌不匹配。请检查两者。
sign-in-unknown = 未能登录：这里没有 { $address } 的账户。
sign-in-disabled = 未能登录：账户 { $address } 已停用。
sign-in-unnamed = 未能登录：本服务器前面的登录系统没有明确说明您是谁。
sign-out-title = 要退出登录吗？
sign-out-text = 这会结束您在这里的所有会话，包括其他浏览器中的会话。
sign-out-button = 退出登录
sign-out-back = 保持登录
signed-out-title = 您已退出登录
signed-out-text = 此浏览器和所有其他浏览器均已退出。您的链接和 API 令牌仍然有效。
signed-out-elsewhere = 为您担保的登录系统可能仍然认得您，因此下次登录可能不再询问。如果这台电脑还有别人使用，请也在那里退出登录。
needs-sign-in = 请登录
needs-sign-in-text = 此页面供拥有账户的人使用。
signed-out-meanwhile = 您已不在登录状态
signed-out-meanwhile-text = 没有分享任何内容。请在另一个窗口中重新登录，然后回到这里再按一次按钮。
sign-in-window = 在另一个窗口中登录
other-session = 您已重新登录
other-session-text = 此页面是在那之前打开的，因此没有执行任何操作。请再试一次。

# 分享过的内容。
shares-title = 我的分享
shares-intro = 您最近 60 天内用此账户（在这些页面上或通过程序）分享的内容的状态。这里不显示链接：只有您发送链接的对象才拥有它们。
shares-none = 这里还没有内容，或者已不再有内容。
shares-older = 更早的
shares-newest = 返回最新的
shares-burned = 秘密已销毁。任何人都无法再阅读。
notify-title = 用邮件通知我
notify-intro = 适用于您从现在起分享的内容。邮件只写明时间和状态页密钥的前几个字符。
notify-read = 被读取时
notify-burned = 被销毁时
notify-expired = 未读过期时
notify-button = 保存
notify-saved = 已保存。适用于您从现在起分享的内容。

# API 令牌。
tokens-title = API 令牌
tokens-intro = 以您的名义分享的程序使用您的电子邮件地址和令牌登录。请为每个程序单独创建令牌，并在程序不再需要时将其撤销。
tokens-none = 您没有令牌。
tokens-first = 第一个令牌
tokens-created = 创建时间
tokens-used = 最近使用
tokens-never = 从未使用
tokens-expires = 有效期至
tokens-expired = 已失效于
tokens-revoke = 撤销…
tokens-back = 所有令牌
token-add-title = 新令牌
token-name = 用途
token-name-hint = 例如程序的名称。最多 60 个字符。
token-name-wrong = 请填写用途：最多 60 个字符的纯文本。
token-too-many = 您的令牌数量已达上限。请先撤销一个。
token-lifetime = 有效期
token-forever = 直到被撤销
token-button = 创建令牌
token-stale = 要创建令牌，请再次确认您的身份。这样，他人就无法利用一直打开着的浏览器来创建。
token-stale-link = 再次登录
token-made-title = 令牌已创建
token-made-text = 令牌只在此刻显示。请将它保存在只有您的程序能找到的地方。
token-made-user = 对应的用户名是 { $address }。
token-made-again = 重新加载本页会再创建一个令牌。
token-copy = 复制令牌
token-revoked = 令牌已撤销。
revoke-title = 要撤销这个令牌吗？
revoke-text = 使用它的程序将无法再登录，且无法恢复。它们分享的内容会保留，直到被阅读、被销毁或过期。
revoke-stolen = 如果他人可能拥有过它，请随后也退出登录：这会结束您的所有会话。并请在此撤销不是您创建的令牌。
revoke-first = 这也会结束您的所有会话，包括当前会话。
revoke-button = 撤销令牌
revoke-back = 保留

# 通过身份提供方登录。
sign-in-provider = 通过 { $host } 登录
provider-title = 没有人登录
provider-again = 重新登录
provider-others = 其他登录方式
provider-away = 暂时无法连接 { $host }。请稍后再试。
provider-setup = { $host } 与本服务器无法互通。只有本服务器的管理者能够解决：原因写在服务器的日志里。
provider-untrusted = 来自 { $host } 的回答不可信，或者不属于这次登录。请再试一次。如果仍然如此，请告知本服务器的管理者。
provider-stale = 这次登录已经结束：用时过长、已经完成，或者在另一个窗口中开始了新的登录。请重新开始。
provider-denied = { $host } 没有让您登录，或者您拒绝了登录。
provider-not-allowed = { $host } 认识您，但并非那里的所有人都可以在此登录。请询问本服务器的管理者。
provider-no-address = { $host } 没有给出电子邮件地址，因此找不到账户。本服务器的管理者可以解决（oidc.scopes）。
provider-unverified = { $host } 没有说明已核实您的电子邮件地址，因此该地址在此无效。本服务器的管理者可以决定信任它（oidc.trust_email）。
provider-other = 使用您电子邮件地址的账户在 { $host } 属于另一个人，或属于您过去的身份。请询问本服务器的管理者。
provider-disabled = 您的账户已停用。请询问本服务器的管理者。
signed-out-provider = 同时在 { $host } 退出登录

# Regions.
regions-title = 区域
regions-here = 在此分享的秘密保存在区域 { $region }。
regions-others = 也可以改在其他区域分享：

# About the server.
about-title = 关于本服务器
about-intro = 在这里，可以通过只能使用一次的链接分享密码和其他秘密。
about-promises = 本服务器的承诺
about-once = 秘密最多显示一次，之后即被永久删除。
about-sealed = 秘密以加密形式保存。解密需要链接，而链接不会保存在这里。
about-passphrase = 设置口令后，仅有链接是不够的。口令同样不会保存。
about-preview = 链接预览和扫描程序打开链接不会消耗任何内容：只有点击按钮之后才会显示秘密。
about-logs = 秘密、口令和链接绝不会写入任何日志。
about-cookies = 阅读秘密不会设置 Cookie，不用账户分享也不会；只有登录时才会设置。不从别处加载任何内容，也不跟踪任何人。
about-program = 本服务器运行的程序名为 readonce。
about-limits = 无人能够承诺的事
about-limits-text = 谁先得到链接（以及口令，如果设有口令），谁就能阅读秘密。如果传送链接的途径不可信，请设置口令；如果对方发现秘密已不存在，请对方告知您。

# What can go wrong.
error-not-found = 页面不存在
error-not-found-text = 链接是否完整？有些程序会截断较长的链接。
error-cross-site = 请求来自其他网站
error-cross-site-text = 为安全起见，只接受来自本服务器页面的表单。未执行任何操作。
error-malformed = 无法读取
error-malformed-text = 收到的表单与发送的不一致。未执行任何操作，请返回重试。
error-head = 浏览器发送的内容过多
error-head-text = 地址或浏览器随每个请求发送的内容超出了本服务器的接受范围。通常是同一域名下其他页面的 Cookie 所致：使用隐私窗口即可避免。未执行任何操作。
error-large = 内容过大
error-large-text = 表单超过了本服务器的上限。未执行任何操作。
error-slow = 用时过长
error-slow-text = 表单未能及时送达。未执行任何操作，请重试。
error-limited = 尝试次数过多
error-limited-text = 短时间内请求过多。未执行任何操作。
error-tries-text = 输入错误口令的次数过多。秘密仍然存在，尚无人读取。如果您不知道口令，请询问向您发送链接的人。
error-wait = 请等待一段时间后再试：{ $wait }。
error-again = 再试一次
error-busy = 服务器繁忙
error-busy-text = 服务器目前任务过多。未执行任何操作，请稍后重试。
error-disk = 暂时没有空间
error-disk-text = 服务器磁盘空间不足。未分享任何内容，请稍后重试。已分享的内容仍可查看。
error-store = 暂时无法使用
error-store-text = 服务器无法访问其存储。未执行任何操作，请稍后重试。
error-outcome = 结果未知
error-outcome-text = 服务器恰好在此时与存储失去联系。请重试：如果那时已没有秘密，说明这次尝试已将其消耗，而未能显示。
error-key = 目前无法打开秘密
error-key-text = 秘密仍在，没有任何损失。需要由本服务器的管理者处理。
error-damaged = 秘密已损坏
error-damaged-text = 秘密已找到，但无法打开。请要求对方重新发送。
error-failed = 出错了
error-failed-text = 这是服务器的错误，与您无关。请重试。
