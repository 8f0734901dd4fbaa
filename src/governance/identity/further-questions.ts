import type { AccessRequest } from './access.ts'
import type { ConditionContext } from './policy/context.ts'
import type { AccessQuestion } from './policy/evaluate.ts'

/**
 * What an operation needs beside its own action: to read what it copies, and to pass on the roles that it hands to a service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function furtherQuestions(
  request: AccessRequest,
  resources: readonly string[] | undefined,
  context: ConditionContext,
): readonly AccessQuestion[] {
  const { service, operation, input } = request
  const members = isRecord(input) ? input : {}
  if (service === 's3') return objectQuestions(operation, members, resources, context)
  if (!passesRoles(service, operation)) return []
  return [...new Set(rolesIn(members, request))].map((role) => ({
    action: 'iam:PassRole',
    resources: [role],
    context,
  }))
}

/** The source of a copy; tags and ACLs that come with an object; the object behind its attributes. */
function objectQuestions(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  resources: readonly string[] | undefined,
  context: ConditionContext,
): readonly AccessQuestion[] {
  const questions: AccessQuestion[] = []
  const source = input['CopySource']
  if (typeof source === 'string') {
    questions.push({ action: 's3:GetObject', resources: copiedObject(source), context })
  }
  if (operation === 'GetObjectAttributes') {
    questions.push({ action: 's3:GetObject', resources, context })
  }
  if (/^(?:PutObject|CopyObject|CreateMultipartUpload)$/.test(operation)) {
    if (typeof input['Tagging'] === 'string') {
      questions.push({ action: 's3:PutObjectTagging', resources, context })
    }
    if (Object.keys(input).some((name) => name === 'ACL' || name.startsWith('Grant'))) {
      questions.push({ action: 's3:PutObjectAcl', resources, context })
    }
  }
  return questions
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
