import {
  ListChannels$,
  type ListChannelsInput,
  type ListChannelsOutput,
  type StreamFilter,
} from '@aws-sdk/client-kinesis'
import { nameOfChannel, type ChannelSource } from '#ingestion/delivery'
import { asWireSummary } from '../channels.ts'
import { operation } from '../context.ts'
import { openPage, sealPage } from '../page-token.ts'

const pageMax = 100

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListChannels.html */
export const ListChannels = operation<ListChannelsInput, ListChannelsOutput>(
  ListChannels$,
  async (input, ctx) => {
    const { StreamFilter: filter, NextToken: token } = input
    const limit = Math.min(input.MaxResults ?? pageMax, pageMax)
    const [after] = token === undefined ? [] : openPage(ctx, 'channels', token)
    const found = ctx.channels.list(ctx, {
      limit: limit + 1,
      after,
      ...(filter ? { isOf: anyOf(filter) } : {}),
    })
    const page = found.slice(0, limit)
    return {
      ChannelSummaries: page.map(asWireSummary),
      NextToken:
        found.length > limit ? sealPage(ctx, 'channels', [nameOfChannel(page.at(-1)!)]) : undefined,
    }
  },
)

/** A time of creation is told to the second on the wire of JSON. */
function anyOf(filter: readonly StreamFilter[]): (source: ChannelSource) => boolean {
  const wanted = new Map<string, readonly (number | undefined)[]>()
  for (const { StreamARN: arn, StreamCreationTimestamp: created } of filter) {
    const seconds = created && Math.floor(created.getTime() / 1000)
    wanted.set(arn!, [...(wanted.get(arn!) ?? []), seconds])
  }
  return ({ stream, channel }) => {
    const own = Math.floor(channel.streamCreatedMs / 1000)
    return wanted.get(stream)?.some((seconds) => seconds === undefined || seconds === own) ?? false
  }
}
