import type { AccessRequest } from './access.ts'

/** One action that a call needs, and what it works on. */
export interface Need {
  readonly action: string
  /** ARNs, each of which must be allowed; undefined when it is not known which ones. */
  readonly resources: readonly string[] | undefined
  /** The version of the object that is meant, where it is not the current one. */
  readonly versionId?: string | undefined
}

type Input = Readonly<Record<string, unknown>>

/**
 * What an operation needs beside its own action: to read what it copies, and to pass on the roles that it hands to a service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function furtherNeeds(
  request: AccessRequest,
  resources: readonly string[] | undefined,
): readonly Need[] {
  const { service, operation, input } = request
  const members = isRecord(input) ? input : {}
  if (service === 's3') return objectNeeds(operation, members, resources)
  if (service === 'kinesis' && operation === 'CreateChannel') {
    return channelNeeds(members, resources)
  }
  if (!passesRoles(service, operation)) return []
  return [...new Set(rolesIn(members, request))].map((role) => ({
    action: 'iam:PassRole',
    resources: [role],
  }))
}

/** The streams must be given to the channel, and its role to Kinesis: https://docs.aws.amazon.com/streams/latest/dev/data-delivery-iam.html */
function channelNeeds(input: Input, streams: readonly string[] | undefined): readonly Need[] {
  const role = input['ServiceExecutionRoleARN']
  return [
    { action: 'kinesis:AssociateStreamsWithChannel', resources: streams },
    { action: 'iam:PassRole', resources: typeof role === 'string' ? [role] : undefined },
  ]
}

/** By operation: the action that a member of the input needs when it is there. */
const settingObjects: Readonly<Record<string, string>> = {
  Tagging: 's3:PutObjectTagging',
  ObjectLockMode: 's3:PutObjectRetention',
  ObjectLockRetainUntilDate: 's3:PutObjectRetention',
  ObjectLockLegalHoldStatus: 's3:PutObjectLegalHold',
}
const settingBuckets: Readonly<Record<string, string>> = {
  ObjectOwnership: 's3:PutBucketOwnershipControls',
}

/** The source of a copy; tags, locks and lists that come with an object or a bucket; the object behind its attributes. */
function objectNeeds(
  operation: string,
  input: Input,
  resources: readonly string[] | undefined,
): readonly Need[] {
  const needs: Need[] = []
  const versionId = typeof input['VersionId'] === 'string' ? input['VersionId'] : undefined
  const ask = (action: string) => needs.push({ action, resources, versionId })
  const source = input['CopySource']
  if (typeof source === 'string') needs.push(copiedObject(source))
  if (operation === 'GetObjectAttributes') {
    ask(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion')
  }
  if (input['BypassGovernanceRetention'] === true && operation !== 'DeleteObjects') {
    ask('s3:BypassGovernanceRetention')
  }
  const hasLists = Object.keys(input).some((name) => name === 'ACL' || name.startsWith('Grant'))
  if (/^(?:PutObject|CopyObject|CreateMultipartUpload)$/.test(operation)) {
    for (const [member, action] of Object.entries(settingObjects)) {
      if (input[member] !== undefined) ask(action)
    }
    if (hasLists) ask('s3:PutObjectAcl')
  }
  if (operation === 'CreateBucket') {
    for (const [member, action] of Object.entries(settingBuckets)) {
      if (input[member] !== undefined) ask(action)
    }
    if (hasLists) ask('s3:PutBucketAcl')
    if (input['ObjectLockEnabledForBucket'] === true) {
      ask('s3:PutBucketObjectLockConfiguration')
      ask('s3:PutBucketVersioning')
    }
  }
  return needs
}

function passesRoles(service: string, operation: string): boolean {
  if (service === 'firehose') return /^(?:CreateDeliveryStream|UpdateDestination)$/.test(operation)
  if (service === 'glue') return /^(?:Create|Update)(?:Crawler|Job)$/.test(operation)
  if (service === 'lambda') {
    return /^(?:CreateFunction|UpdateFunctionConfiguration)$/.test(operation)
  }
  return service === 'iam' && operation === 'AddRoleToInstanceProfile'
}

/** Every `RoleARN`, `Role` and `RoleName` of an input, also as a parameter of a processor, as ARNs. */
function rolesIn(value: unknown, request: AccessRequest): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => rolesIn(item, request))
  if (!isRecord(value)) return []
  const { ParameterName: parameter, ParameterValue: given } = value
  if (typeof parameter === 'string') return rolesIn({ [parameter]: given }, request)
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member !== 'string') return rolesIn(member, request)
    if (!/^Role(?:ARN|Arn|Name)?$/.test(name) || member === '') return []
    return [member.startsWith('arn:') ? member : `arn:aws:iam::${request.accountId}:role/${member}`]
  })
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a slash before it; undefined when it cannot be read. */
function copiedObject(source: string): Need {
  const mark = source.lastIndexOf('?versionId=')
  const path = mark < 0 ? source : source.slice(0, mark)
  const versionId = mark < 0 ? undefined : source.slice(mark + '?versionId='.length)
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  if (source.startsWith('arn:')) return { action, resources: undefined, versionId }
  try {
    const decoded = decodeURIComponent(path.replaceAll('+', ' ')).replace(/^\//, '')
    // What names no object is refused by the operation itself.
    const resources = /^[^/]+\/./.test(decoded) ? [`arn:aws:s3:::${decoded}`] : undefined
    return { action, resources, versionId }
  } catch {
    return { action, resources: undefined, versionId }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}
