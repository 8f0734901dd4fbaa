import {
  CreateChannel$,
  type CreateChannelInput,
  type CreateChannelOutput,
} from '@aws-sdk/client-kinesis'
import { channelArn } from '#ingestion/delivery'
import { StreamErrors, withTags } from '#ingestion/streams'
import { uuid } from '#kit'
import { checkFreshness, describeNew, settingsOf } from '../channel-settings.ts'
import { asWireChannel, checkBuckets, checkRole, objectKeyOf, sourceOf } from '../channels.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateChannel.html
 *
 * To a general purpose bucket of the account. The channel is ACTIVE when this answers; what AWS would make it FAILED for is refused.
 */
export const CreateChannel = operation<CreateChannelInput, CreateChannelOutput>(
  CreateChannel$,
  async (input, ctx) => {
    checkForm(input)
    const [{ StreamARN: streamArn } = {}] = input.StreamConfigurationList!
    checkFreshness(input.S3DestinationConfiguration!.DataFreshnessInSeconds, ctx.quotas)
    const name = input.ChannelName!
    const tags = withTags({ name, accountId: ctx.accountId }, {}, input.Tags ?? {})
    const stream = await sourceOf(ctx, streamArn!)
    const { accountId, region } = ctx
    const channel = { accountId, region, id: uuid(), name, streamName: stream.name }
    const roleArn = input.ServiceExecutionRoleARN!
    const description = describeNew(input, channel)
    const keyArn = await objectKeyOf(ctx, description)
    const settings = settingsOf(description, { ...channel, roleArn, keyArn })
    await checkRole(ctx, roleArn, channelArn(channel))
    await checkBuckets(ctx, description)
    const made = await ctx.channels.create(ctx, {
      id: channel.id,
      name,
      stream,
      roleArn,
      settings,
      description: { ...description },
      tags,
    })
    return { ChannelDescription: asWireChannel(made) }
  },
)

function checkForm(input: CreateChannelInput): void {
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables } = input
  if ((s3 === undefined) === (tables === undefined)) {
    throw StreamErrors.InvalidArgument(
      'Exactly one of S3DestinationConfiguration and S3TablesDestinationConfiguration must be given.',
    )
  }
  if (tables) {
    throw StreamErrors.InvalidArgument(
      'S3TablesDestinationConfiguration is not supported: there are no table buckets of S3 Tables here. A delivery stream of Firehose leads the stream to Iceberg tables of the catalog.',
    )
  }
  const streams = input.StreamConfigurationList!
  if (streams.length > 1) {
    throw StreamErrors.InvalidArgument('A channel reads one stream.')
  }
  const { RecordFormatType: format, GSRSchemaARN: schema } = streams[0]!.RecordConfiguration!
  if (format === 'GSR_JSON' || schema !== undefined) {
    throw StreamErrors.InvalidArgument(
      'GSR_JSON and GSRSchemaARN are for streaming tables, not for a general purpose bucket.',
    )
  }
}
