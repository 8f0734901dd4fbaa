import type { ObjectEvent } from './object-event.ts'

/**
 * The JSON that a destination is sent: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html.
 * `sequence` orders the events of a key: the larger sequencer, as hexadecimal, is the later event.
 */
export function messageOf(event: ObjectEvent, sequence: number, ownerId: string): string {
  const { cause, sizeBytes, etag, versionId } = event
  const record = {
    eventVersion: eventVersionOf(event.name),
    eventSource: 'aws:s3',
    awsRegion: event.region,
    eventTime: new Date(event.atMs).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: cause?.principalId ?? 's3.amazonaws.com' },
    requestParameters: { sourceIPAddress: cause?.sourceIp ?? 's3.amazonaws.com' },
    responseElements: {
      'x-amz-request-id': cause?.requestId ?? '',
      // As in the answer to the request it is opaque, and tells nothing.
      'x-amz-id-2': Buffer.from(cause?.requestId ?? '').toString('base64'),
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: event.configurationId,
      bucket: {
        name: event.bucket,
        ownerIdentity: { principalId: ownerId },
        arn: `arn:aws:s3:::${event.bucket}`,
      },
      object: {
        key: formEncoded(event.key),
        ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
        ...(etag === undefined ? {} : { eTag: etag }),
        ...(versionId === undefined ? {} : { versionId }),
        sequencer: sequence.toString(16).toUpperCase().padStart(18, '0'),
      },
    },
    ...event.data,
  }
  return JSON.stringify({ Records: [record] })
}

/** Lifecycle, tiering, access lists, tags and the end of a restore have 2.3, replication 2.2, all others 2.1. */
function eventVersionOf(name: string): string {
  if (name.startsWith('Replication:')) return '2.2'
  const later =
    /^(?:Lifecycle(?:Expiration|Transition)|IntelligentTiering|ObjectAcl|ObjectTagging|ObjectRestore:Delete)/
  return later.test(name) ? '2.3' : '2.1'
}

/** A space is a plus sign, and slashes stay. */
function formEncoded(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
