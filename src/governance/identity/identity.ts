import { BoundedCache, type Clock } from '#kit'
import type { Database } from '#platform/database'
import type { Sealer } from '#governance/keys'
import { authorize, type AccessRequest, type Authorization } from './access.ts'
import {
  createAccount,
  ensureAccount,
  findAccount,
  listAccounts,
  rootCredentials,
  type Account,
  type GivenRootKey,
  type RootCredentials,
} from './accounts.ts'
import {
  assumeRole,
  principalNames,
  serviceMayAssume,
  serviceSession,
  type AssumedRole,
  type AssumeRoleInput,
  type ServiceSessionInput,
} from './assume-role.ts'
import { loadCredential, type Credential } from './credentials.ts'
import { IdentityErrors } from './errors.ts'
import { parsePolicy, type Policy } from './policy/document.ts'
import { evaluateTrust } from './policy/trust.ts'
import { loadPolicies, type PrincipalPolicies } from './principal-policies.ts'
import type { KnownCredential, Principal } from './principal.ts'
import { checkPrincipals } from './policy-principals.ts'
import { parseBucketPolicy } from './policy/bucket-policy.ts'
import { contextOf } from './request-context.ts'
import { createSession, type SessionCredentials } from './sessions.ts'
import type { Store } from './store.ts'
import { KeyUses } from './key-uses.ts'

export interface IdentityDeps {
  readonly database: Database
  readonly clock: Clock
  readonly sealer: Sealer
}

/** Who there is, what their keys are, and what they may do. */
export interface Identity extends AsyncDisposable {
  /** What the authenticator asks for each request. */
  lookup(accessKeyId: string): Promise<KnownCredential | undefined>
  /** Throws `AccessDenied` unless the policies of the caller, and those at the resource, allow the call. */
  authorize(request: AccessRequest): Promise<Authorization>

  /** The account of the configuration, made at first start. Errors: `AccountInvalid`, `RootKeyTaken`. */
  ensureAccount(accountId: string, rootKey?: GivenRootKey): Promise<RootCredentials>
  /** Errors: `AccountInvalid`, `AccountExists`. */
  addAccount(accountId: string): Promise<RootCredentials>
  listAccounts(): Promise<readonly string[]>
  account(accountId: string): Promise<Account | undefined>
  rootCredentials(accountId: string): Promise<RootCredentials | undefined>

  /** Errors: `AccessDenied`, `InvalidInput`, `MalformedPolicy`. */
  assumeRole(request: AccessRequest, input: AssumeRoleInput): Promise<AssumedRole>
  /** Errors: `AccessDenied` for a caller who is himself a session. */
  sessionToken(caller: Principal, durationS: number): Promise<SessionCredentials>
  /**
   * Credentials of the caller that a policy narrows, for as long as his own hold at most. Undefined when his own are
   * narrowed by a session's policies already: the policies of a session allow together, they do not narrow each other.
   */
  scopedSession(
    caller: Principal,
    policy: string,
    durationS: number,
  ): Promise<SessionCredentials | undefined>
  /**
   * Whether a resource's own policy (a key's, say) lets the caller do the action. That the caller's account allows it too
   * is what `authorize` has checked before.
   */
  resourcePolicyAllows(request: AccessRequest, policy: string): Promise<boolean>
  /** A bucket's policy as it may be put: well-formed, and naming only whom there is. Error: `MalformedPolicy`. */
  checkBucketPolicy(policy: string, bucket: string): Promise<Policy>
  /** Whether a role's trust policy lets a service such as `firehose.amazonaws.com` act in it for its own account, and for a resource of it. */
  serviceMayAssume(
    roleArn: string,
    service: string,
    sourceAccountId: string,
    sourceArn?: string,
  ): Promise<boolean>
  /** A session in which a service acts as a role of the account; undefined when the role does not let it. */
  serviceSession(input: ServiceSessionInput): Promise<SessionCredentials | undefined>

  /** For the IAM front: the functions of this module work over it. */
  readonly store: Store
  close(): Promise<void>
}

const bounds = { countMax: 10_000 }

export function createIdentity(deps: IdentityDeps): Identity {
  const credentials = new BoundedCache<string, Credential>(bounds)
  const policies = new BoundedCache<string, PrincipalPolicies>(bounds)
  const accounts = new BoundedCache<string, Account>(bounds)
  let generation = 0
  const store: Store = {
    ...deps,
    forget: () => {
      generation++
      credentials.clear()
      policies.clear()
      accounts.clear()
    },
  }
  const uses = new KeyUses(store)

  /** Remembers what was loaded, unless something was written meanwhile. */
  const remembered = async <T>(
    cache: BoundedCache<string, T>,
    key: string,
    load: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const startedIn = generation
    const loaded = await load()
    if (loaded !== undefined && startedIn === generation) cache.set(key, loaded)
    return loaded
  }
  const credentialOf = (accessKeyId: string) =>
    remembered(credentials, accessKeyId, () => loadCredential(store, accessKeyId))
  const policiesOf = async (credential: Credential) =>
    (await remembered(policies, credential.caller.accessKeyId, () =>
      loadPolicies(store, credential),
    ))!
  const accountOf = (accountId: string) =>
    remembered(accounts, accountId, () => findAccount(store, accountId))
  const canonicalUserIdOf = async (accountId: string) =>
    (await accountOf(accountId))?.canonicalUserId
  const requireCredential = async (caller: Principal) => {
    const credential = await credentialOf(caller.accessKeyId)
    if (!credential) throw IdentityErrors.AccessDenied('Access Denied')
    return credential
  }

  const identity: Identity = {
    store,
    lookup: credentialOf,
    authorize: async (request) => {
      const { caller, service, region } = request
      const again = () => uses.note(caller.accessKeyId, service, region)
      again()
      const lookup = { credentialOf, policiesOf, canonicalUserIdOf }
      const { isLasting, ...found } = await authorize(store, request, lookup)
      return isLasting ? { ...found, again } : found
    },
    ensureAccount: (accountId, rootKey) => ensureAccount(store, accountId, rootKey),
    addAccount: (accountId) => createAccount(store, accountId),
    listAccounts: async () => (await listAccounts(store)).map(({ accountId }) => accountId),
    account: accountOf,
    rootCredentials: (accountId) => rootCredentials(store, accountId),
    assumeRole: async (request, input) => {
      const credential = await requireCredential(request.caller)
      const own = await policiesOf(credential)
      return assumeRole(store, { request, credential }, own, input)
    },
    sessionToken: async (caller, durationS) => {
      const credential = await requireCredential(caller)
      if (credential.session) {
        throw IdentityErrors.AccessDenied('Cannot call GetSessionToken with session credentials')
      }
      return createSession(store, {
        accountId: caller.accountId,
        kind: caller.kind === 'root' ? 'root' : 'user',
        principalId: credential.principalId,
        sessionName: '',
        durationMs: durationS * 1000,
        attributes: { policies: [], tags: [] },
      })
    },
    scopedSession: async (caller, policy, durationS) => {
      const credential = await requireCredential(caller)
      const { session, expiresAtMs } = credential
      if (session && session.policies.length > 0) return undefined
      parsePolicy(policy, 'identity')
      const leftMs = (expiresAtMs ?? Infinity) - store.clock.now()
      return createSession(store, {
        accountId: caller.accountId,
        kind: caller.kind === 'role' || caller.kind === 'user' ? caller.kind : 'root',
        principalId: credential.principalId,
        sessionName:
          caller.kind === 'role' ? caller.userId.slice(caller.userId.indexOf(':') + 1) : '',
        durationMs: Math.min(durationS * 1000, leftMs),
        attributes: {
          policies: [policy],
          tags: session?.tags ?? [],
          ...(session?.sourceIdentity === undefined
            ? {}
            : { sourceIdentity: session.sourceIdentity }),
        },
      })
    },
    resourcePolicyAllows: async (request, policy) => {
      const credential = await requireCredential(request.caller)
      const own = await policiesOf(credential)
      const context = contextOf(request, credential, own.tags, store.clock.now())
      const decision = evaluateTrust(
        parsePolicy(policy, 'key'),
        principalNames(credential),
        request.action,
        context,
      )
      return decision === 'direct' || decision === 'account'
    },
    checkBucketPolicy: async (text, bucket) => {
      const policy = parseBucketPolicy(text, bucket)
      await checkPrincipals(store, policy)
      return policy
    },
    serviceMayAssume: (...asked) => serviceMayAssume(store, ...asked),
    serviceSession: (input) => serviceSession(store, input),
    close: () => uses.close(),
    [Symbol.asyncDispose]: () => uses.close(),
  }
  return identity
}
