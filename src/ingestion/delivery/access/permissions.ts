import type { Streams } from '#ingestion/streams'
import { isLakeError } from '#kit'
import { channelArn, isChannel, type Channel } from '../channels/channel.ts'
import { DeliveryErrors } from '../errors.ts'
import type { Conversion, DeliveryStream, IcebergTarget, S3Target, Target } from '../records.ts'
import type { DeliveryRole, DeliveryRoles, RoleSession } from './roles.ts'

/**
 * What the roles of a delivery stream must be allowed, asked at each delivery: what is refused is tried again until it is allowed.
 * https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
 */
export interface PermissionParts {
  readonly roles: DeliveryRoles
  readonly streams: Pick<Streams, 'find'>
}

/** What a batch needs before anything is done with it. Error: `DeliveryDenied`. */
export async function checkMayDeliver(
  parts: PermissionParts,
  stream: DeliveryStream,
  target: Target,
): Promise<void> {
  await checkSource(parts, stream)
  if (target.kind === 'http') return
  await sessionOf(parts.roles, stream, target.roleArn, s3Denied)
  if (target.kind === 's3' && target.conversion) {
    await checkSchema(parts.roles, stream, target.conversion)
  }
}

/** The same as an answer: what a role forbids is not there yet. */
export async function mayDeliver(
  parts: PermissionParts,
  stream: DeliveryStream,
  target: Target,
): Promise<boolean> {
  try {
    await checkMayDeliver(parts, stream, target)
    return true
  } catch (error) {
    if (isLakeError(error, 'DeliveryDenied')) return false
    throw error
  }
}

/** Asks for objects of a place, by their keys. Error: `DeliveryDenied`. */
export function permitObjects(
  { roles }: PermissionParts,
  stream: DeliveryStream,
  place: Pick<S3Target, 'bucket' | 'roleArn' | 'keyArn'>,
): (key: string) => Promise<void> {
  const { bucket, roleArn, keyArn } = place
  let asked: Promise<RoleSession> | undefined
  const begin = () => sessionOf(roles, stream, roleArn, s3Denied)
  return async (key) => {
    const resource = `arn:aws:s3:::${bucket}/${key}`
    const session = await (asked ??= begin())
    const use = { service: 's3', context: { 'aws:s3:arn': resource } } as const
    if (keyArn !== undefined && !(await session.permits('kms:GenerateDataKey', keyArn, use))) {
      throw denied('S3.KMS.AccessDenied', roleArn, 'kms:GenerateDataKey', keyArn)
    }
    if (await session.permits('s3:PutObject', resource)) return
    throw denied(s3Denied, roleArn, 's3:PutObject', resource)
  }
}

/** A table that rows are written to. Error: `DeliveryDenied`. */
export async function checkTable(
  { roles }: PermissionParts,
  stream: DeliveryStream,
  target: IcebergTarget,
  ref: TableName,
): Promise<void> {
  const session = await sessionOf(roles, stream, target.roleArn, s3Denied)
  for (const action of ['glue:GetTable', 'glue:UpdateTable']) {
    await permitTable(session, target.roleArn, stream, action, ref, 'Iceberg.AccessDenied')
  }
}

/** Whether trouble may be told to a stream of CloudWatch Logs. */
export async function mayLog(
  { roles }: PermissionParts,
  stream: DeliveryStream,
  target: Target,
): Promise<boolean> {
  const { logging } = target
  const roleArn = target.kind === 'http' ? stream.settings.failed?.roleArn : target.roleArn
  if (!logging || roleArn === undefined) return false
  const { accountId, region } = stream
  const session = await roles.assume(roleOf(stream, roleArn))
  const resource = `arn:aws:logs:${region}:${accountId}:log-group:${logging.group}:log-stream:${logging.stream}`
  return session !== undefined && session.permits('logs:PutLogEvents', resource)
}

/** Whether its role may make a log group and a stream in it: https://docs.aws.amazon.com/streams/latest/dev/data-delivery-monitoring.html */
export async function mayMakeLog(
  { roles }: PermissionParts,
  channel: Channel,
  logging: NonNullable<Target['logging']>,
): Promise<boolean> {
  const { accountId, region } = channel
  const session = await roles.assume(roleOf(channel, channel.source.roleArn))
  if (!session) return false
  const group = `arn:aws:logs:${region}:${accountId}:log-group:${logging.group}`
  const stream = `${group}:log-stream:${logging.stream}`
  return (
    (await session.permits('logs:CreateLogGroup', `${group}:*`)) &&
    (await session.permits('logs:CreateLogStream', stream))
  )
}

async function checkSource(
  { roles, streams }: PermissionParts,
  stream: DeliveryStream,
): Promise<void> {
  const { source } = stream
  if (source.kind !== 'stream') return
  const code = 'Kinesis.AccessDenied'
  const session = await sessionOf(roles, stream, source.roleArn, code)
  // Who created a channel was asked whether he may give it the stream's records.
  const actions = isChannel(stream) ? [] : ['kinesis:GetShardIterator', 'kinesis:GetRecords']
  for (const action of actions) {
    if (await session.permits(action, source.stream)) continue
    throw denied(code, source.roleArn, action, source.stream)
  }
  const { kmsKeyId } = await streams.find(stream, { arn: source.stream })
  if (kmsKeyId !== undefined) await permitDecrypt(session, source, kmsKeyId)
}

/** Asks for the keys of records that a stream holds, which may be others than the stream's is now. Error: `DeliveryDenied`. */
export function permitKeys(
  { roles }: PermissionParts,
  stream: DeliveryStream,
): (kmsKeyArn: string) => Promise<void> {
  const { source } = stream
  const permitted = new Set<string>()
  return async (kmsKeyArn) => {
    // What was put into the delivery stream itself, Firehose encrypted.
    if (source.kind !== 'stream' || permitted.has(kmsKeyArn)) return
    const session = await sessionOf(roles, stream, source.roleArn, 'Kinesis.AccessDenied')
    await permitDecrypt(session, source, kmsKeyArn)
    permitted.add(kmsKeyArn)
  }
}

async function permitDecrypt(
  session: RoleSession,
  { stream, roleArn }: { readonly stream: string; readonly roleArn: string },
  kmsKeyId: string,
): Promise<void> {
  const use = { service: 'kinesis', context: { 'aws:kinesis:arn': stream } } as const
  if (await session.permits('kms:Decrypt', kmsKeyId, use)) return
  throw denied('Kinesis.KMS.AccessDeniedException', roleArn, 'kms:Decrypt', kmsKeyId)
}

function checkSchema(
  roles: DeliveryRoles,
  stream: DeliveryStream,
  conversion: Conversion,
): Promise<void> {
  const { roleArn, versionId } = conversion
  const code = 'DataFormatConversion.AccessDenied'
  const action = versionId === 'LATEST' ? 'glue:GetTableVersions' : 'glue:GetTableVersion'
  return sessionOf(roles, stream, roleArn, code).then((session) =>
    permitTable(session, roleArn, stream, action, conversion, code),
  )
}

interface TableName {
  readonly region: string
  readonly database: string
  readonly table: string
}

/** https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html: what works on a table needs what lies above it too. */
async function permitTable(
  session: RoleSession,
  roleArn: string,
  { accountId }: DeliveryStream,
  action: string,
  { region, database, table }: TableName,
  code: string,
): Promise<void> {
  const base = `arn:aws:glue:${region}:${accountId}:`
  const above = [`${base}catalog`, `${base}database/${database}`]
  for (const resource of [...above, `${base}table/${database}/${table}`]) {
    if (!(await session.permits(action, resource))) throw denied(code, roleArn, action, resource)
  }
}

const s3Denied = 'S3.AccessDenied'

async function sessionOf(
  roles: DeliveryRoles,
  stream: DeliveryStream,
  roleArn: string,
  code: string,
): Promise<RoleSession> {
  const role = roleOf(stream, roleArn)
  const session = await roles.assume(role)
  if (session) return session
  const details = { errorCode: code }
  const name = role.service === 'firehose' ? 'Firehose' : 'Kinesis Data Streams'
  throw DeliveryErrors.DeliveryDenied(
    `Access was denied. ${name} is unable to assume the role ${roleArn}: it is not there, or its trust policy does not allow ${role.service}.amazonaws.com to assume it.`,
    details,
  )
}

function roleOf(stream: DeliveryStream, roleArn: string): DeliveryRole {
  const { accountId, region } = stream
  return isChannel(stream)
    ? { roleArn, accountId, region, service: 'kinesis', sourceArn: channelArn(stream) }
    : { roleArn, accountId, region, service: 'firehose' }
}

function denied(code: string, roleArn: string, action: string, resource: string): Error {
  return DeliveryErrors.DeliveryDenied(
    `Access was denied. The role ${roleArn} is not allowed ${action} on ${resource}.`,
    { errorCode: code },
  )
}
