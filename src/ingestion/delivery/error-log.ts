import { isLakeError, type Clock, type Logger } from '#kit'
import { mayLog, mayMakeLog, type PermissionParts } from './access/permissions.ts'
import { channelArn, isChannel } from './channels/channel.ts'
import { deliveryArn, type DeliveryStream, type Target } from './records.ts'

/** Where events about deliveries go: CloudWatch Logs, as far as this module needs it. */
export interface ErrorLogStore {
  append(
    accountId: string,
    region: string,
    group: string,
    stream: string,
    events: readonly { readonly timestampMs: number; readonly message: string }[],
  ): Promise<boolean>
  /** Makes the group and the stream when they are not there. */
  record(
    ref: {
      readonly accountId: string
      readonly region: string
      readonly group: string
      readonly stream: string
    },
    events: readonly { readonly timestampMs: number; readonly message: string }[],
  ): Promise<void>
}

export interface DeliveryTrouble {
  readonly code: string
  readonly message: string
}

/**
 * Tells the owner of a delivery stream what went wrong, in AWS's form, when he asked for it. Never fails: what cannot be told goes to
 * the server's own log.
 * https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
 */
export async function tellTrouble(
  parts: PermissionParts & {
    readonly logs: ErrorLogStore
    readonly clock: Clock
    readonly logger: Logger
  },
  stream: DeliveryStream,
  target: Target,
  troubles: readonly DeliveryTrouble[],
): Promise<void> {
  if (!target.logging || troubles.length === 0) return
  const timestampMs = parts.clock.now()
  const events = troubles.map(({ code, message }) => ({
    timestampMs,
    message: JSON.stringify({
      ...sourceOf(stream, target),
      message,
      errorCode: code,
    }),
  }))
  const { group, stream: logStream } = target.logging
  try {
    if (!(await mayLog(parts, stream, target))) {
      return parts.logger.debug({ group, logStream }, 'the role of a delivery may not log')
    }
    const { accountId, region } = stream
    // Nobody can make the log of a channel by its default name before its id is known.
    if (isChannel(stream) && (await mayMakeLog(parts, stream, target.logging))) {
      return await parts.logs.record({ accountId, region, group, stream: logStream }, events)
    }
    const written = await parts.logs.append(accountId, region, group, logStream, events)
    if (!written)
      parts.logger.debug({ group, logStream }, 'the log stream of a delivery is not there')
  } catch (error) {
    parts.logger.warn({ err: error, group, logStream }, 'a delivery cannot log')
  }
}

function sourceOf(stream: DeliveryStream, target: Target) {
  const destination = destinationOf(target)
  if (isChannel(stream)) return { channelARN: channelArn(stream), destination }
  return {
    deliveryStreamARN: deliveryArn(stream),
    destination,
    deliveryStreamVersionId: stream.version,
  }
}

function destinationOf(target: Target): string {
  switch (target.kind) {
    case 's3':
      return `arn:aws:s3:::${target.bucket}`
    case 'http':
      return target.url
    case 'iceberg':
      return target.tables.map(({ database, table }) => `${database}.${table}`).join(', ')
  }
}

/** What failed, in the terms of Firehose's documentation where it has any. */
export function troubleOf(error: unknown): DeliveryTrouble {
  if (isLakeError(error, 'NoSuchBucket')) {
    return {
      code: 'S3.NoSuchBucket',
      message:
        'The specified bucket does not exist. Create the bucket or use a different bucket that does exist.',
    }
  }
  if (isLakeError(error, 'AccessDenied')) {
    return {
      code: 'S3.AccessDenied',
      message:
        'Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role, and the access policy allows access to the S3 bucket.',
    }
  }
  if (isLakeError(error, 'DeliveryDenied')) {
    return { code: String(error.details['errorCode']), message: error.message }
  }
  if (isLakeError(error, 'KmsNotFound') || isLakeError(error, 'KmsDisabled')) {
    return { code: 'S3.KMS.NotFoundException', message: error.message }
  }
  if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) {
    return { code: 'DataFormatConversion.InvalidSchema', message: error.message }
  }
  if (isLakeError(error, 'StreamNotFound')) {
    return { code: 'Kinesis.ResourceNotFound', message: error.message }
  }
  if (isLakeError(error) && error.kind !== 'internal') {
    return { code: error.code, message: error.message }
  }
  return {
    code: 'InternalError',
    message: 'An internal error occurred while the data was delivered. It is tried again.',
  }
}
