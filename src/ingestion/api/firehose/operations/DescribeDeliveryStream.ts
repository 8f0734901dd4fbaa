import {
  DescribeDeliveryStream$,
  type DeliveryStreamEncryptionConfiguration,
  type DescribeDeliveryStreamInput,
  type DescribeDeliveryStreamOutput,
  type ExtendedS3DestinationDescription,
} from '@aws-sdk/client-firehose'
import { deliveryArn, type DeliveryStream } from '#ingestion/delivery'
import { operation } from '../context.ts'
import { destinationId, toS3Description } from '../destination.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html. There is one destination, so nothing is paged. */
export const DescribeDeliveryStream = operation<
  DescribeDeliveryStreamInput,
  DescribeDeliveryStreamOutput
>(DescribeDeliveryStream$, async (input, ctx) => {
  const stream = ctx.delivery.get(streamOf(ctx, input))
  const description = stream.description as unknown as ExtendedS3DestinationDescription
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
      Destinations: [
        {
          DestinationId: destinationId,
          S3DestinationDescription: toS3Description(description),
          ExtendedS3DestinationDescription: description,
        },
      ],
      HasMoreDestinations: false,
    },
  }
})

function sourceOf({ source, createdMs }: DeliveryStream) {
  if (source.kind === 'direct') return undefined
  return {
    KinesisStreamSourceDescription: {
      KinesisStreamARN: source.stream,
      RoleARN: source.roleArn,
      DeliveryStartTimestamp: new Date(createdMs),
    },
  }
}
