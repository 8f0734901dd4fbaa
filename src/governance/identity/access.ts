import {
  type ConditionKeys,
  encryptionContextKeys,
  encryptionContextPrefix,
} from '#governance/keys'
import { principalNames } from './assume-role.ts'
import type { Credential } from './credentials.ts'
import { entityArns } from './entity-arns.ts'
import { IdentityErrors } from './errors.ts'
import { furtherNeeds, type Need } from './further-questions.ts'
import { ConditionContext } from './policy/context.ts'
import {
  decide,
  type Asker,
  type PolicyLayers,
  type ResourceSide,
  type Verdict,
} from './policy/decide.ts'
import { isUnconditional } from './policy/unconditional.ts'
import type { Principal } from './principal.ts'
import { noPolicies, type PrincipalPolicies } from './principal-policies.ts'
import { contextOf } from './request-context.ts'
import { resourcesOf } from './resources.ts'
import { s3Action } from './s3-actions.ts'
import type { Store } from './store.ts'

/** What is asked before an operation runs. */
export interface AccessRequest {
  readonly caller: Principal
  /** `kinesis:PutRecord`. */
  readonly action: string
  readonly service: string
  readonly operation: string
  readonly input: unknown
  readonly accountId: string
  readonly region: string
  /** ARNs, when the asker knows better than the table in resources.ts. */
  readonly resources?: readonly string[]
  /** Where the service keeps policies at its resources: what stands there. */
  readonly policySource?: ResourcePolicySource | undefined
  /** Condition keys that the asker knows of the question itself. */
  readonly conditionKeys?: ConditionKeys | undefined
  readonly request?: {
    readonly headers: Readonly<Record<string, string>>
    readonly rawQuery?: string
    readonly remoteAddress: string
    readonly secure: boolean
  }
}

export interface SideQuestion extends Pick<AccessRequest, 'operation' | 'region' | 'accountId'> {
  readonly action: string
  /** An ARN, or `*`. */
  readonly resource: string
  readonly versionId?: string | undefined
  /** The caller's own policies ask for `s3:ExistingObjectTag`. */
  readonly asksForObjectTags: boolean
}

export interface FoundSide extends ResourceSide {
  /** Condition keys that the resource determines; an empty list is an absent key. */
  readonly keys?: Readonly<Record<string, readonly string[]>>
  /** Of keys that start like these all are known. */
  readonly knownPrefixes?: readonly string[]
}

/**
 * What stands at a resource: a policy, lists, its owner. Undefined when nothing can stand there, and the caller's own
 * account decides. Throws the service's own error when there is no such resource.
 */
export type ResourcePolicySource = (
  question: SideQuestion,
) => FoundSide | undefined | Promise<FoundSide | undefined>

/** A call that was let pass. */
export interface Authorization {
  /** The account whose resources it works on: the caller's own, or the one that let him in. */
  readonly accountId: string
  /** Whether the caller may do this too; `keys` are condition keys that this further question has of its own. */
  permits(
    action: string,
    resource: string,
    versionId?: string,
    keys?: ConditionKeys,
  ): Promise<boolean>
  /**
   * There when nothing but the caller's policies and what stands at the resources decided: no condition, no variable, no list. To be
   * called in the place of asking the same again, while neither has changed.
   */
  readonly again?: () => void
}

/** How a credential and its policies are found, remembered where that is sound. */
export interface CallerLookup {
  credentialOf(accessKeyId: string): Promise<Credential | undefined>
  policiesOf(credential: Credential): Promise<PrincipalPolicies>
  canonicalUserIdOf(accountId: string): Promise<string | undefined>
}

/**
 * Actions that need no permission from the caller's own policies: identity and session token by definition, AssumeRole
 * because the role's trust policy decides with them (assume-role.ts).
 */
const openActions = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:AssumeRole'])
/** Asked for each object by itself, of which some may be refused. */
const askedOneByOne = new Set(['s3:DeleteObjects'])

/**
 * Lets a call pass, or throws `AccessDenied` with the message that AWS gives.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export async function authorize(
  store: Store,
  request: AccessRequest,
  lookup: CallerLookup,
): Promise<Authorization & { readonly isLasting: boolean }> {
  const { caller, policySource, service } = request
  const action = actionOf(request)
  if (openActions.has(action) && caller.kind !== 'anonymous') {
    return { accountId: caller.accountId, permits: async () => false, isLasting: false }
  }
  if (caller.kind === 'anonymous' && !policySource)
    throw IdentityErrors.AccessDenied('Access Denied')
  const inquiry = await Inquiry.begin(store, request, lookup)
  const own = request.resources ?? resourcesOf(request)
  const resources =
    service === 'iam' && caller.kind !== 'root' ? await entityArns(store, request, own) : own
  const input = (request.input ?? {}) as { readonly VersionId?: unknown }
  const versionId = typeof input.VersionId === 'string' ? input.VersionId : undefined
  let accountId: string | undefined
  const isAsked = !askedOneByOne.has(request.action)
  for (const need of [{ action, resources, versionId }, ...furtherNeeds(request, resources)]) {
    for (const resource of need.resources ?? [undefined]) {
      const side = await inquiry.sideOf(need, resource)
      accountId ??= side?.accountId
      if (isAsked) inquiry.require(need.action, resource, side, request.conditionKeys)
    }
  }
  return {
    accountId: accountId ?? caller.accountId,
    permits: (...question) => inquiry.permits(...question),
    isLasting: inquiry.isLasting,
  }
}

/** Of S3 the gateway knows only the operation, whose action has a name of its own. */
function actionOf({ service, operation, action, input }: AccessRequest): string {
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
  if (action === 'kms:ReEncrypt') return 'kms:ReEncryptFrom'
  if (service !== 's3' || action !== `s3:${operation}`) return action
  return s3Action(operation, (input ?? {}) as Readonly<Record<string, unknown>>)
}

/** All questions about one call: the caller and his policies are found once. */
class Inquiry {
  readonly #request: AccessRequest
  readonly #credential: Credential | undefined
  readonly #policies: PrincipalPolicies
  readonly #lookup: CallerLookup
  readonly #nowMs: number
  #canonicalUserId: string | undefined
  #context: ConditionContext | undefined
  #asker: Asker | undefined
  /** Whether no answer so far depended on anything of this one request. */
  isLasting = true

  private constructor(
    request: AccessRequest,
    credential: Credential | undefined,
    policies: PrincipalPolicies,
    lookup: CallerLookup,
    nowMs: number,
  ) {
    this.#request = request
    this.#credential = credential
    this.#policies = policies
    this.#lookup = lookup
    this.#nowMs = nowMs
  }

  static async begin(store: Store, request: AccessRequest, lookup: CallerLookup): Promise<Inquiry> {
    const { caller } = request
    const nowMs = store.clock.now()
    if (caller.kind === 'anonymous') {
      return new Inquiry(request, undefined, noPolicies, lookup, nowMs)
    }
    const credential = await lookup.credentialOf(caller.accessKeyId)
    if (!credential) throw IdentityErrors.AccessDenied('Access Denied')
    refuseSessionTokens(request, credential)
    const isScoped = (credential.session?.policies.length ?? 0) > 0
    const isWhole = caller.kind === 'root' && !isScoped
    const policies = isWhole ? noPolicies : await lookup.policiesOf(credential)
    return new Inquiry(request, credential, policies, lookup, nowMs)
  }

  async sideOf(need: Omit<Need, 'resources'>, resource: string | undefined) {
    const { policySource, operation, region, accountId } = this.#request
    if (!policySource || resource === undefined) return undefined
    const side = await policySource({
      action: need.action,
      resource,
      versionId: need.versionId,
      operation,
      region,
      accountId,
      asksForObjectTags: this.#policies.asksForObjectTags,
    })
    const { caller } = this.#request
    const hasLists = side?.ownerId !== undefined || (side?.grantees?.length ?? 0) > 0
    const mayBeCanonical = hasLists || side?.policy !== undefined
    if (mayBeCanonical && this.#canonicalUserId === undefined && caller.kind !== 'anonymous') {
      this.#canonicalUserId = await this.#lookup.canonicalUserIdOf(caller.accountId)
      this.#asker = undefined
    }
    return side
  }

  /** Error: `AccessDenied`. */
  require(
    action: string,
    resource: string | undefined,
    side: FoundSide | undefined,
    keys?: ConditionKeys,
  ): void {
    const verdict = this.#decide(action, resource, side, keys)
    if (verdict.effect === 'allow') return
    throw IdentityErrors.AccessDenied(this.#refusal(action, resource, side, verdict))
  }

  async permits(
    ...[action, resource, versionId, keys]: Parameters<Authorization['permits']>
  ): Promise<boolean> {
    const side = await this.sideOf({ action, versionId }, resource)
    return this.#decide(action, resource, side, keys).effect === 'allow'
  }

  #decide(
    action: string,
    resource: string | undefined,
    side: FoundSide | undefined,
    keys?: ConditionKeys,
  ): Verdict {
    const { caller } = this.#request
    const isWhole = caller.kind === 'root' && this.#policies.session === undefined
    if (isWhole && isUndisputed(caller.accountId, side)) return { effect: 'allow' }
    this.isLasting &&= isContextFree(this.#policies, side)
    this.#context ??= contextOf(this.#request, this.#credential, this.#policies.tags, this.#nowMs)
    let context = this.#context
    if (side) {
      context = new ConditionContext(context)
      context.set('aws:ResourceAccount', side.accountId)
      if (this.#request.service === 's3') context.set('s3:ResourceAccount', side.accountId)
      for (const prefix of side.knownPrefixes ?? []) context.withKnownPrefix(prefix)
      for (const [key, values] of Object.entries(side.keys ?? {})) context.set(key, ...values)
    }
    if (keys) {
      context = new ConditionContext(context)
      for (const [key, value] of Object.entries(keys)) context.set(key, ...[value].flat())
      if (encryptionContextKeys in keys) context.withKnownPrefix(encryptionContextPrefix)
    }
    const question = { action, resource, context }
    return decide(this.#whoAsks(), question, side ?? { accountId: caller.accountId })
  }

  #whoAsks(): Asker {
    const { kind, accountId } = this.#request.caller
    this.#asker ??= {
      kind,
      accountId,
      layers: this.#policies,
      names: this.#credential
        ? { ...principalNames(this.#credential), canonicalUserId: this.#canonicalUserId }
        : { type: 'Anonymous', own: [], account: [] },
    }
    return this.#asker
  }

  #refusal(
    action: string,
    resource: string | undefined,
    side: FoundSide | undefined,
    verdict: Exclude<Verdict, { effect: 'allow' }>,
  ): string {
    const { caller } = this.#request
    // To strangers nothing is told.
    const isStranger = side !== undefined && side.accountId !== caller.accountId
    if (caller.kind === 'anonymous' || isStranger) return 'Access Denied'
    const { effect, policyKind } = verdict
    const name = action.startsWith('s3:') ? `"${resource ?? '*'}"` : (resource ?? '*')
    const article = policyKind.startsWith('i') ? 'an' : 'a'
    const reason =
      effect === 'explicitDeny'
        ? `with an explicit deny in ${article} ${policyKind}`
        : `because no ${policyKind} allows the ${action} action`
    return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${name} ${reason}`
  }
}

/** Whether policies alone decide, and say nothing but who may do what to what. */
function isContextFree({ identity, boundary, session }: PolicyLayers, side?: FoundSide): boolean {
  if (side?.ownerId !== undefined || (side?.grantees?.length ?? 0) > 0) return false
  const policies = [...identity, ...(boundary ?? []), ...(session ?? [])]
  if (side?.policy) policies.push(side.policy)
  return policies.every(isUnconditional)
}

/** Root at home, where nothing at the resource could forbid. */
function isUndisputed(accountId: string, side: FoundSide | undefined): boolean {
  if (!side) return true
  if (side.accountId !== accountId || side.ownerId !== undefined) return false
  if (side.policyRules === true) return false
  return side.policy?.statements.every(({ effect }) => effect === 'Allow') ?? true
}

/**
 * Credentials of GetSessionToken do not reach IAM, and of STS only what needs no permission.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
function refuseSessionTokens(request: AccessRequest, credential: Credential): void {
  const isSessionToken = credential.session !== undefined && credential.caller.kind !== 'role'
  if (!isSessionToken || (request.service !== 'iam' && request.service !== 'sts')) return
  throw IdentityErrors.AccessDenied(
    `User: ${request.caller.arn} is not authorized to perform: ${request.action} with session credentials of GetSessionToken`,
  )
}
