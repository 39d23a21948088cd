// A real OpenID Connect provider on loopback. Arguments: its folder in target/tools, its issuer, the address that its client is sent
// back to. It listens on a port that it chooses, and says which.
//
// Whoever types a name is that person, with the address NAME@example.org; but `alice2` has alice's, `unverified` has one that
// nobody checked, `nameless` has none, and `staff` is in a group.
const [, , folder, issuer, redirectUri] = process.argv;
const { Provider } = await import(`${folder}/node_modules/oidc-provider/lib/index.js`);

const account = (id) => ({
  accountId: id,
  claims: () => ({
    sub: id,
    email: id === 'nameless' ? undefined : `${id === 'alice2' ? 'alice' : id}@example.org`,
    email_verified: id !== 'unverified',
    groups: id === 'staff' ? ['staff', 'ops'] : [],
  }),
});

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'readonce',
      client_secret: 's3cr3t-of-the-tests',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  findAccount: (_, id) => account(id),
  // Nobody is asked whether this client may know who they are.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});
// The relay in front of it is what browsers see.
provider.proxy = true;
const server = provider.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
