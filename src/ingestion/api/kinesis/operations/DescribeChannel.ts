import {
  DescribeChannel$,
  type DescribeChannelInput,
  type DescribeChannelOutput,
} from '@aws-sdk/client-kinesis'
import { asWireChannel } from '../channels.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeChannel.html */
export const DescribeChannel = operation<DescribeChannelInput, DescribeChannelOutput>(
  DescribeChannel$,
  async (input, ctx) => ({
    ChannelDescription: asWireChannel(ctx.channels.find(ctx, input.ChannelARN!)),
  }),
)
