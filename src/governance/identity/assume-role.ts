import type { AccessRequest } from './access.ts'
import type { Credential } from './credentials.ts'
import { requireEntity, updateEntity, type Entity, type Tag } from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { effectiveDocument } from './policy-versions.ts'
import { ConditionContext } from './policy/context.ts'
import { parsePolicy } from './policy/document.ts'
import { evaluate, type AccessQuestion } from './policy/evaluate.ts'
import type { PrincipalNames } from './policy/principals.ts'
import { evaluateTrust } from './policy/trust.ts'
import type { PrincipalPolicies } from './principal-policies.ts'
import { assumedRoleArn, rootArn, type Principal } from './principal.ts'
import { contextOf } from './request-context.ts'
import { createSession, type SessionCredentials } from './sessions.ts'
import { tablesOf, type Store } from './store.ts'

export interface AssumeRoleInput {
  readonly roleArn: string
  readonly sessionName: string
  /** Undefined for the default of one hour. */
  readonly durationS: number | undefined
  readonly externalId: string | undefined
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
  readonly tags: readonly Tag[]
  readonly sourceIdentity: string | undefined
}

export interface AssumedRole {
  readonly credentials: SessionCredentials
  readonly arn: string
  readonly assumedRoleId: string
}

const chainedSecondsMax = 3600
const defaultSeconds = 3600

/**
 * A session of a role, when its trust policy trusts the caller and, unless it names him in his own account, the caller's own
 * policies allow it too. Errors: `AccessDenied`, `InvalidInput`, `MalformedPolicy`.
 */
export async function assumeRole(
  store: Store,
  call: { readonly request: AccessRequest; readonly credential: Credential },
  policies: PrincipalPolicies,
  input: AssumeRoleInput,
): Promise<AssumedRole> {
  const { request, credential } = call
  const role = await findRole(store, input.roleArn)
  const actions = ['sts:AssumeRole']
  if (input.tags.length > 0) actions.push('sts:TagSession')
  if (input.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity')
  for (const action of actions) {
    const context = contextOf(request, credential, policies.tags, store.clock.now())
    addSessionKeys(context, input, role)
    const trusted = role
      ? evaluateTrust(
          parsePolicy(role.attributes.trustPolicy, 'trust'),
          principalNames(credential),
          action,
          context,
        )
      : 'implicitDeny'
    if (!isAllowed(trusted, role, credential, policies, { action, input, context })) {
      throw IdentityErrors.AccessDenied(
        `User: ${request.caller.arn} is not authorized to perform: ${action} on resource: ${input.roleArn}`,
      )
    }
  }
  const durationMs = durationOf(input, role!, request.caller) * 1000
  const sessionPolicies = await sessionPoliciesOf(store, role!.accountId, input)
  const credentials = await createSession(store, {
    accountId: role!.accountId,
    kind: 'role',
    principalId: role!.id,
    sessionName: input.sessionName,
    durationMs,
    attributes: {
      policies: sessionPolicies,
      tags: input.tags,
      sourceIdentity: input.sourceIdentity,
    },
  })
  await noteRoleUse(store, role!, request.region)
  return {
    credentials,
    arn: assumedRoleArn(role!.accountId, role!.name, input.sessionName),
    assumedRoleId: `${role!.id}:${input.sessionName}`,
  }
}

/** Whether the trust policy of a role lets a service (`firehose.amazonaws.com`) act in it for a resource of the role's own account, which may be known. What is no role's ARN is no role. */
export async function serviceMayAssume(
  store: Store,
  roleArn: string,
  service: string,
  sourceAccountId: string,
  sourceArn?: string,
): Promise<boolean> {
  const role = roleArnPattern.test(roleArn) ? await findRole(store, roleArn) : undefined
  if (role?.accountId !== sourceAccountId) return false
  const context = new ConditionContext()
    .set('aws:SourceAccount', sourceAccountId)
    .set('sts:ExternalId', sourceAccountId)
  if (sourceArn !== undefined) context.set('aws:SourceArn', sourceArn)
  const names: PrincipalNames = { own: [service], account: [], type: 'Service' }
  const policy = parsePolicy(role.attributes.trustPolicy, 'trust')
  return evaluateTrust(policy, names, 'sts:AssumeRole', context) === 'direct'
}

export interface ServiceSessionInput {
  readonly roleArn: string
  readonly service: string
  /** Whose resource the service acts for: the role's own account. */
  readonly accountId: string
  readonly region: string
  /** The resource, where trust policies may name it. */
  readonly sourceArn?: string | undefined
  readonly sessionName: string
  readonly durationS: number
}

/** A session in which a service acts; undefined when there is no such role in the account, or it does not trust the service. */
export async function serviceSession(
  store: Store,
  input: ServiceSessionInput,
): Promise<SessionCredentials | undefined> {
  const { roleArn, service, accountId, sourceArn } = input
  if (!(await serviceMayAssume(store, roleArn, service, accountId, sourceArn))) return undefined
  const role = await findRole(store, roleArn)
  if (!role) return undefined
  const credentials = await createSession(store, {
    accountId,
    kind: 'role',
    principalId: role.id,
    sessionName: input.sessionName,
    durationMs: input.durationS * 1000,
    attributes: { policies: [], tags: [] },
  })
  await noteRoleUse(store, role, input.region)
  return credentials
}

function isAllowed(
  trusted: ReturnType<typeof evaluateTrust>,
  role: Entity<'role'> | undefined,
  credential: Credential,
  policies: PrincipalPolicies,
  question: {
    readonly action: string
    readonly input: AssumeRoleInput
    readonly context: ConditionContext
  },
): boolean {
  if (!role || trusted === 'explicitDeny' || trusted === 'implicitDeny') return false
  // Unlike on AWS, the root of an account may assume the roles that trust it.
  if (credential.caller.kind === 'root') return true
  const { action, input, context } = question
  const asked: AccessQuestion = { action, resources: [input.roleArn], context }
  const { identity, boundary, session } = policies
  const narrows = (layer: typeof boundary) => layer && evaluate(layer, asked).effect !== 'allow'
  const { effect } = evaluate(identity, asked)
  if (effect === 'explicitDeny' || narrows(boundary) || narrows(session)) return false
  const isNamedAtHome = trusted === 'direct' && role.accountId === credential.caller.accountId
  return effect === 'allow' || isNamedAtHome
}

const roleArnPattern = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/

async function findRole(store: Store, arn: string): Promise<Entity<'role'> | undefined> {
  const match = roleArnPattern.exec(arn)
  if (!match) throw IdentityErrors.InvalidInput(`${arn} is invalid`)
  try {
    const role = await requireEntity(tablesOf(store.database), {
      accountId: match[1]!,
      kind: 'role',
      name: match[2]!,
    })
    return role.arn === arn ? role : undefined
  } catch {
    return undefined
  }
}

/** By which names a policy's Principal may mean the holder of a credential. */
export function principalNames({ caller, principalArn, principalId }: Credential): PrincipalNames {
  const account = [caller.accountId, rootArn(caller.accountId)]
  if (caller.kind === 'root') return { type: 'AWS', own: account, account }
  if (caller.kind !== 'role') return { type: 'AWS', own: [caller.arn, principalId], account }
  return {
    type: 'AWS',
    own: [caller.arn, caller.userId],
    role: [principalArn, principalId],
    account,
  }
}

function addSessionKeys(
  context: ConditionContext,
  input: AssumeRoleInput,
  role: Entity<'role'> | undefined,
): void {
  const one = (value: string | undefined) => (value === undefined ? [] : [value])
  context
    .set('sts:ExternalId', ...one(input.externalId))
    .set('sts:RoleSessionName', input.sessionName)
    .set('sts:SourceIdentity', ...one(input.sourceIdentity))
    .set('aws:TagKeys', ...input.tags.map((tag) => tag.key))
    .set('sts:TransitiveTagKeys')
    .withKnownPrefix('aws:RequestTag/')
    .withKnownPrefix('iam:ResourceTag/')
    .withKnownPrefix('aws:ResourceTag/')
  for (const tag of input.tags) context.set(`aws:RequestTag/${tag.key}`, tag.value)
  for (const tag of role?.tags ?? []) {
    context.set(`aws:ResourceTag/${tag.key}`, tag.value)
    context.set(`iam:ResourceTag/${tag.key}`, tag.value)
  }
}

function durationOf(input: AssumeRoleInput, role: Entity<'role'>, caller: Principal): number {
  const seconds = input.durationS ?? defaultSeconds
  if (seconds > role.attributes.sessionSecondsMax) {
    throw IdentityErrors.InvalidInput(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  if (caller.kind === 'role' && seconds > chainedSecondsMax) {
    throw IdentityErrors.InvalidInput(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return seconds
}

async function sessionPoliciesOf(
  store: Store,
  accountId: string,
  input: AssumeRoleInput,
): Promise<readonly string[]> {
  const documents: string[] = []
  if (input.policy !== undefined) {
    parsePolicy(input.policy, 'identity')
    documents.push(input.policy)
  }
  for (const arn of input.policyArns) {
    const document = await effectiveDocument(tablesOf(store.database), accountId, arn)
    if (document === undefined) {
      throw IdentityErrors.InvalidInput(`Policy ${arn} does not exist or is not attachable.`)
    }
    documents.push(document)
  }
  return documents
}

const roleUseKeptMs = 60_000

/** GetRole shows when a role was last used; once a minute is close enough. */
async function noteRoleUse(store: Store, role: Entity<'role'>, region: string): Promise<void> {
  const nowMs = store.clock.now()
  if (nowMs - (role.attributes.lastUsedAtMs ?? 0) < roleUseKeptMs) return
  await updateEntity(store, role, ({ attributes }) => ({
    attributes: { ...attributes, lastUsedAtMs: nowMs, lastUsedRegion: region },
  }))
}
