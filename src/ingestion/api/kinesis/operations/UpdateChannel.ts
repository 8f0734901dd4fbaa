import {
  UpdateChannel$,
  type UpdateChannelInput,
  type UpdateChannelOutput,
} from '@aws-sdk/client-kinesis'
import { nameOfChannel, type Channel } from '#ingestion/delivery'
import { StreamErrors } from '#ingestion/streams'
import {
  checkFreshness,
  describeLogging,
  keptOf,
  loggingOf,
  type KeptDescription,
} from '../channel-settings.ts'
import { asWireChannel } from '../channels.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateChannel.html
 *
 * In force when this answers: the channel is ACTIVE, not UPDATING.
 */
export const UpdateChannel = operation<UpdateChannelInput, UpdateChannelOutput>(
  UpdateChannel$,
  async (input, ctx) => {
    const { S3DestinationConfiguration: s3, LoggingConfiguration: logging } = input
    if (input.S3TablesDestinationConfiguration) {
      throw StreamErrors.InvalidArgument(
        'The channel delivers to a general purpose bucket: S3TablesDestinationConfiguration cannot be given.',
      )
    }
    if (!s3 && !logging) {
      throw StreamErrors.InvalidArgument(
        'S3DestinationConfiguration or LoggingConfiguration must be given.',
      )
    }
    checkFreshness(s3?.DataFreshnessInSeconds, ctx.quotas)
    const changed = await ctx.channels.update(ctx, input.ChannelARN!, (channel) =>
      apply(channel, describe(channel, input)),
    )
    return { ChannelDescription: asWireChannel(changed) }
  },
)

function describe(
  channel: Channel,
  { S3DestinationConfiguration: s3, LoggingConfiguration: logging }: UpdateChannelInput,
): KeptDescription {
  const before = keptOf(channel)
  const identity = { id: channel.id, name: nameOfChannel(channel) }
  return {
    ...before,
    s3: {
      ...before.s3,
      DataFreshnessInSeconds: s3?.DataFreshnessInSeconds ?? before.s3.DataFreshnessInSeconds,
    },
    logging: logging ? describeLogging(logging, identity) : before.logging,
  }
}

function apply({ settings }: Channel, description: KeptDescription) {
  const { logging: _, ...target } = settings.target
  const bufferMs = description.s3.DataFreshnessInSeconds! * 1000
  return {
    settings: {
      ...settings,
      target: { ...target, bufferMs, ...loggingOf(description.logging) } as typeof settings.target,
    },
    description: { ...description },
  }
}
