import type { AccessRequest } from './access.ts'
import type { ConditionContext } from './policy/context.ts'
import type { AccessQuestion } from './policy/evaluate.ts'

/**
 * What an operation needs beside its own action: to read what it copies, and to pass on the roles that it hands to a service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function furtherQuestions(
  request: AccessRequest,
  context: ConditionContext,
): readonly AccessQuestion[] {
  const { service, operation, input } = request
  const members = isRecord(input) ? input : {}
  if (service === 's3') {
    const source = members['CopySource']
    return typeof source === 'string'
      ? [{ action: 's3:GetObject', resources: copiedObject(source), context }]
      : []
  }
  if (!passesRoles(service, operation)) return []
  return [...new Set(rolesIn(members, request))].map((role) => ({
    action: 'iam:PassRole',
    resources: [role],
    context,
  }))
}

function passesRoles(service: string, operation: string): boolean {
  if (service === 'firehose') return /^(?:CreateDeliveryStream|UpdateDestination)$/.test(operation)
  if (service === 'glue') return /^(?:Create|Update)(?:Crawler|Job)$/.test(operation)
  return service === 'iam' && operation === 'AddRoleToInstanceProfile'
}

/** Every `RoleARN`, `Role` and `RoleName` of an input, as ARNs. */
function rolesIn(value: unknown, request: AccessRequest): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => rolesIn(item, request))
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member !== 'string') return rolesIn(member, request)
    if (!/^Role(?:ARN|Arn|Name)?$/.test(name) || member === '') return []
    return [member.startsWith('arn:') ? member : `arn:aws:iam::${request.accountId}:role/${member}`]
  })
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a slash before it; undefined when it cannot be read. */
function copiedObject(source: string): readonly string[] | undefined {
  if (source.startsWith('arn:')) return undefined
  try {
    const path = decodeURIComponent(source.split('?versionId=')[0]!.replaceAll('+', '%20'))
    return [`arn:aws:s3:::${path.replace(/^\//, '')}`]
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}
