import { contextConditions, encryptionContextPrefix } from '#governance/keys'
import type { AccessRequest } from './access.ts'
import type { Credential } from './credentials.ts'
import type { Tag } from './entities.ts'
import { ConditionContext } from './policy/context.ts'
import { s3ConditionKeys, s3KnownPrefixes } from './s3-conditions.ts'

/**
 * Facts of a call for conditions and variables; without a credential, those of an anonymous caller.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf(
  request: AccessRequest,
  credential: Credential | undefined,
  principalTags: readonly Tag[],
  nowMs: number,
): ConditionContext {
  const { caller, request: wire } = request
  const context = new ConditionContext()
    .set('aws:PrincipalArn', ...present(credential?.principalArn))
    .set('aws:PrincipalAccount', ...present(credential && caller.accountId))
    .set('aws:PrincipalType', principalTypes[caller.kind])
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
    .set('aws:username', ...(caller.kind === 'user' ? present(credential?.principalName) : []))
    .set('aws:MultiFactorAuthPresent', ...(credential?.session ? ['false'] : []))
    .set('aws:SourceIdentity', ...present(credential?.session?.sourceIdentity))
    .set(
      'aws:TokenIssueTime',
      ...(credential?.issuedAtMs === undefined
        ? []
        : [new Date(credential.issuedAtMs).toISOString()]),
    )
    .withKnownPrefix('aws:PrincipalTag/')
  for (const { key, value } of principalTags) context.set(`aws:PrincipalTag/${key}`, value)
  if (request.service === 'kms') {
    context.withKnownPrefix(encryptionContextPrefix)
    for (const [key, value] of Object.entries(contextConditions(encryptionContextOf(request)))) {
      context.set(key, ...[value].flat())
    }
  }
  if (request.service === 's3') {
    for (const prefix of s3KnownPrefixes) context.withKnownPrefix(prefix)
    for (const [key, values] of Object.entries(s3ConditionKeys(request, nowMs))) {
      context.set(key, ...values)
    }
  }
  return context
}

/** ReEncrypt is asked first for the key that it decrypts with. */
function encryptionContextOf({ input }: AccessRequest): Readonly<Record<string, string>> {
  const members = (input ?? {}) as Readonly<Record<string, Readonly<Record<string, string>>>>
  return members['EncryptionContext'] ?? members['SourceEncryptionContext'] ?? {}
}

const principalTypes = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  anonymous: 'Anonymous',
} as const

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

/** IPv4 addresses as such, when they come mapped into IPv6. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
