import {
  DescribeDeliveryStream$,
  type DeliveryStreamEncryptionConfiguration,
  type DescribeDeliveryStreamInput,
  type DescribeDeliveryStreamOutput,
  type SourceDescription,
} from '@aws-sdk/client-firehose'
import { deliveryArn, type DeliveryStream } from '#ingestion/delivery'
import { operation } from '../context.ts'
import { destinationOf } from '../destinations.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html. There is one destination, so nothing is paged. */
export const DescribeDeliveryStream = operation<
  DescribeDeliveryStreamInput,
  DescribeDeliveryStreamOutput
>(DescribeDeliveryStream$, async (input, ctx) => {
  const stream = ctx.delivery.get(streamOf(ctx, input))
  return {
    DeliveryStreamDescription: {
      DeliveryStreamName: stream.name,
      DeliveryStreamARN: deliveryArn(stream),
      DeliveryStreamStatus: 'ACTIVE',
      DeliveryStreamEncryptionConfiguration:
        stream.encryption as unknown as DeliveryStreamEncryptionConfiguration,
      DeliveryStreamType: stream.source.kind === 'direct' ? 'DirectPut' : 'KinesisStreamAsSource',
      VersionId: String(stream.version),
      CreateTimestamp: new Date(stream.createdMs),
      LastUpdateTimestamp: stream.updatedMs === undefined ? undefined : new Date(stream.updatedMs),
      Source: sourceOf(stream),
      Destinations: [destinationOf(stream)],
      HasMoreDestinations: false,
    },
  }
})

function sourceOf({ source, createdMs }: DeliveryStream): SourceDescription | undefined {
  if (source.kind === 'direct') {
    const { throughputHintMBs: hint } = source
    if (hint === undefined) return undefined
    return { DirectPutSourceDescription: { ThroughputHintInMBs: hint } }
  }
  return {
    KinesisStreamSourceDescription: {
      KinesisStreamARN: source.stream,
      RoleARN: source.roleArn,
      DeliveryStartTimestamp: new Date(createdMs),
    },
  }
}
