import { attachedArns } from './attachments.ts'
import type { Credential } from './credentials.ts'
import { findEntityById, type EntityKind, type Tag } from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { containerRows } from './memberships.ts'
import { effectiveDocument } from './policies.ts'
import { ConditionContext } from './policy/context.ts'
import { parsePolicy, type Policy } from './policy/document.ts'
import { evaluate, type AccessQuestion, type Decision } from './policy/evaluate.ts'
import type { Principal } from './principal.ts'
import { entityArns } from './entity-arns.ts'
import { furtherQuestions } from './further-questions.ts'
import { conditionKeysOf, resourcesOf } from './resources.ts'
import { s3Action } from './s3-actions.ts'
import { tablesOf, type Store } from './store.ts'

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
  readonly request?: {
    readonly headers: Readonly<Record<string, string>>
    readonly remoteAddress: string
    readonly secure: boolean
  }
}

/** All that decides about a principal, beside the question. */
export interface PrincipalPolicies {
  readonly identity: readonly Policy[]
  readonly boundary: readonly Policy[] | undefined
  /** Undefined when the session was given none. */
  readonly session: readonly Policy[] | undefined
  /** Tags of the user or role, those of the session over them. */
  readonly tags: readonly Tag[]
}

/**
 * Actions that need no permission from the caller's own policies: identity and session token by definition, AssumeRole
 * because the role's trust policy decides with them (assume-role.ts).
 */
const openActions = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:AssumeRole'])

/**
 * Lets a call pass, or throws `AccessDenied` with the message that AWS gives.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export async function authorize(
  store: Store,
  request: AccessRequest,
  credentialOf: (accessKeyId: string) => Promise<Credential | undefined>,
  policiesOf: (credential: Credential) => Promise<PrincipalPolicies>,
): Promise<void> {
  const { caller } = request
  const action = actionOf(request)
  if (caller.kind === 'anonymous') throw IdentityErrors.AccessDenied('Access Denied')
  if (openActions.has(action)) return
  const credential = await credentialOf(caller.accessKeyId)
  if (!credential) throw IdentityErrors.AccessDenied('Access Denied')
  refuseSessionTokens(request, credential)
  if (caller.kind === 'root') return
  const policies = await policiesOf(credential)
  const context = contextOf(request, credential, policies.tags, store.clock.now())
  const own = request.resources ?? resourcesOf(request)
  const resources = request.service === 'iam' ? await entityArns(store, request, own) : own
  for (const question of [
    { action, resources, context },
    ...furtherQuestions(request, resources, context),
  ]) {
    const refusal = refusalOf(policies, question)
    if (refusal) {
      throw IdentityErrors.AccessDenied(refusalMessage(caller, question.action, refusal))
    }
  }
}

/** Of S3 the gateway knows only the operation, whose action has a name of its own. */
function actionOf({ service, operation, action, input }: AccessRequest): string {
  if (service !== 's3' || action !== `s3:${operation}`) return action
  return s3Action(operation, (input ?? {}) as Readonly<Record<string, unknown>>)
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

interface Refusal {
  readonly decision: Decision
  readonly policyKind: 'identity-based policy' | 'permissions boundary' | 'session policy'
}

/** Undefined when every kind of policy that there is allows. */
export function refusalOf(
  policies: PrincipalPolicies,
  question: AccessQuestion,
): Refusal | undefined {
  const layers: (readonly [Refusal['policyKind'], readonly Policy[]])[] = [
    ['identity-based policy', policies.identity],
  ]
  if (policies.boundary) layers.push(['permissions boundary', policies.boundary])
  if (policies.session) layers.push(['session policy', policies.session])
  const refusals = layers
    .map(([policyKind, layer]) => ({ policyKind, decision: evaluate(layer, question) }))
    .filter(({ decision }) => decision.effect !== 'allow')
  return refusals.find(({ decision }) => decision.effect === 'explicitDeny') ?? refusals[0]
}

function refusalMessage(caller: Principal, action: string, refusal: Refusal): string {
  const { decision, policyKind } = refusal
  const resource = action.startsWith('s3:') ? `"${decision.resource}"` : decision.resource
  const article = policyKind.startsWith('i') ? 'an' : 'a'
  const reason =
    decision.effect === 'explicitDeny'
      ? `with an explicit deny in ${article} ${policyKind}`
      : `because no ${policyKind} allows the ${action} action`
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`
}

/** The policies of a user (with its groups) or a role, parsed. */
export async function loadPolicies(
  store: Store,
  credential: Credential,
): Promise<PrincipalPolicies> {
  const tables = tablesOf(store.database)
  const { caller, principalId, session } = credential
  const holders = [principalId]
  if (caller.kind === 'user') {
    for (const row of await containerRows(tables, principalId)) {
      if (row.kind === 'group') holders.push(row.id)
    }
  }
  const documents: string[] = []
  for (const holder of holders) {
    const inline = await tables
      .selectFrom('identity_inline_policies')
      .select('document')
      .where('entity_id', '=', holder)
      .execute()
    documents.push(...inline.map((row) => row.document))
    for (const arn of await attachedArns(tables, holder)) {
      const document = await effectiveDocument(tables, caller.accountId, arn)
      if (document !== undefined) documents.push(document)
    }
  }
  const kind: EntityKind = caller.kind === 'role' ? 'role' : 'user'
  const entity = await findEntityById(tables, kind, principalId)
  const { boundaryArn } = (entity?.attributes ?? {}) as { boundaryArn?: string }
  const parse = (document: string) => parsePolicy(document, 'identity')
  let boundary: readonly Policy[] | undefined
  if (boundaryArn !== undefined) {
    const document = await effectiveDocument(tables, caller.accountId, boundaryArn)
    boundary = document === undefined ? [] : [parse(document)]
  }
  const hasSessionPolicies = session !== undefined && session.policies.length > 0
  return {
    identity: documents.map(parse),
    boundary,
    session: hasSessionPolicies ? session.policies.map(parse) : undefined,
    tags: [...(entity?.tags ?? []), ...(session?.tags ?? [])],
  }
}

/** Facts of a call for conditions and variables. */
export function contextOf(
  request: AccessRequest,
  credential: Credential,
  principalTags: readonly Tag[],
  nowMs: number,
): ConditionContext {
  const { caller, request: wire } = request
  const context = new ConditionContext()
    .set('aws:PrincipalArn', credential.principalArn)
    .set('aws:PrincipalAccount', caller.accountId)
    .set('aws:PrincipalType', caller.kind === 'role' ? 'AssumedRole' : 'User')
    .set('aws:PrincipalIsAWSService', 'false')
    .set('aws:userid', caller.userId)
    .set('aws:CurrentTime', new Date(nowMs).toISOString())
    .set('aws:EpochTime', String(Math.floor(nowMs / 1000)))
    .set('aws:RequestedRegion', request.region)
    .set('aws:ViaAWSService', 'false')
    .set('aws:SecureTransport', String(wire?.secure ?? false))
    .set('aws:SourceIp', ...(wire ? [plainAddress(wire.remoteAddress)] : []))
    .set('aws:UserAgent', ...present(wire?.headers['user-agent']))
    .set('aws:referer', ...present(wire?.headers['referer']))
    .set('aws:username', ...(caller.kind === 'user' ? [credential.principalName] : []))
    .set('aws:MultiFactorAuthPresent', ...(credential.session ? ['false'] : []))
    .set('aws:SourceIdentity', ...present(credential.session?.sourceIdentity))
    .set(
      'aws:TokenIssueTime',
      ...(credential.issuedAtMs === undefined
        ? []
        : [new Date(credential.issuedAtMs).toISOString()]),
    )
    .withKnownPrefix('aws:PrincipalTag/')
  for (const { key, value } of principalTags) context.set(`aws:PrincipalTag/${key}`, value)
  for (const [key, values] of Object.entries(conditionKeysOf(request))) context.set(key, ...values)
  return context
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

/** IPv4 addresses as such, when they come mapped into IPv6. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
