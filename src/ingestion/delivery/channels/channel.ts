import type { DeliveryRef, DeliveryScope, DeliverySource, DeliveryStream } from '../records.ts'

/**
 * A channel leads the records of a data stream to a bucket: it is a delivery from that stream, kept and run like those of Firehose, under a name that
 * none of Firehose can have. https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-about.html
 */
export interface Channel extends DeliveryStream {
  readonly source: ChannelSource
}

export type ChannelSource = Extract<DeliverySource, { kind: 'stream' }> & {
  readonly channel: { readonly streamCreatedMs: number }
}

const namePrefix = 'channel/'
/** The names of channels lie between these two. */
export const channelNames = { from: namePrefix, to: 'channel0' } as const

export function isChannel(stream: DeliveryStream): stream is Channel {
  return stream.source.kind === 'stream' && stream.source.channel !== undefined
}

export function channelRef({ accountId, region }: DeliveryScope, name: string): DeliveryRef {
  return { accountId, region, name: namePrefix + name }
}

/** Its name as the owner knows it; undefined for a delivery stream of Firehose. */
export function channelNameOf({ name }: Pick<DeliveryRef, 'name'>): string | undefined {
  return name.startsWith(namePrefix) ? name.slice(namePrefix.length) : undefined
}

export function channelArn({
  accountId,
  region,
  id,
}: DeliveryScope & { readonly id: string }): string {
  return `arn:aws:kinesis:${region}:${accountId}:channel/${id}`
}

const arnPattern = /^arn:aws[a-z-]*:kinesis:([a-z0-9-]*):(\d{12}):channel\/([^/\s]+)$/

/** Undefined for what is no channel's ARN. */
export function parseChannelArn(
  arn: string,
): (DeliveryScope & { readonly id: string }) | undefined {
  const [, region, accountId, id] = arnPattern.exec(arn) ?? []
  return region && accountId && id ? { region, accountId, id } : undefined
}
