import {
  CreateDeliveryStream$,
  type CreateDeliveryStreamInput,
  type CreateDeliveryStreamOutput,
} from '@aws-sdk/client-firehose'
import { deliveryArn, type DeliverySource } from '#ingestion/delivery'
import { operation } from '../context.ts'
import { newDestination } from '../destinations.ts'
import { sealingKey, startedEncryption, stoppedEncryption } from '../encryption.ts'
import { invalidArgument } from '../refusal.ts'
import { checkRoles } from '../roles.ts'
import { streamOf } from '../subject.ts'
import { checkCount, toTags } from '../tags.ts'

/**
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html. From direct put or a Kinesis stream to S3, Iceberg tables or an HTTP
 * endpoint; other sources and destinations are refused. The delivery stream is ACTIVE at once.
 */
export const CreateDeliveryStream = operation<
  CreateDeliveryStreamInput,
  CreateDeliveryStreamOutput
>(CreateDeliveryStream$, async (input, ctx) => {
  const source = sourceOf(input)
  const { description, settings } = await newDestination(input, ctx)
  const wanted = input.DeliveryStreamEncryptionConfigurationInput
  if (wanted && source.kind === 'stream') {
    throw invalidArgument('Server-side encryption cannot be enabled when the source is a stream.')
  }
  await checkRoles(ctx, source.kind === 'stream' ? [source.roleArn] : [])
  const encryption = wanted ? startedEncryption(wanted) : stoppedEncryption
  const stream = await ctx.delivery.create(streamOf(ctx, input), {
    source,
    settings,
    description,
    encryption: { ...encryption },
    ...(wanted ? { sealUnder: await sealingKey(ctx, encryption) } : {}),
    tags: checkCount(toTags(input.Tags ?? [])),
  })
  return { DeliveryStreamARN: deliveryArn(stream) }
})

/** Only the source of the type may be described: another would be forgotten without a word. */
function sourceOf(input: CreateDeliveryStreamInput): DeliverySource {
  const { DeliveryStreamType: type = 'DirectPut', KinesisStreamSourceConfiguration: kinesis } =
    input
  if (type !== 'DirectPut' && type !== 'KinesisStreamAsSource') {
    throw invalidArgument(`The delivery stream type ${type} is not supported.`)
  }
  const alien = type === 'DirectPut' ? sourcesButDirect : sourcesButStream
  const given = alien.find((member) => input[member])
  if (given) {
    throw invalidArgument(`${given} must be null when the delivery stream type is ${type}.`)
  }
  if (type === 'DirectPut') {
    const hint = input.DirectPutSourceConfiguration?.ThroughputHintInMBs
    return { kind: 'direct', ...(hint === undefined ? {} : { throughputHintMBs: hint }) }
  }
  if (!kinesis) {
    throw invalidArgument(
      'KinesisStreamSourceConfig must be given when the delivery stream type is KinesisStreamAsSource.',
    )
  }
  return { kind: 'stream', stream: kinesis.KinesisStreamARN!, roleArn: kinesis.RoleARN! }
}

const otherSources = ['MSKSourceConfiguration', 'DatabaseSourceConfiguration'] as const
const sourcesButDirect = ['KinesisStreamSourceConfiguration', ...otherSources] as const
const sourcesButStream = ['DirectPutSourceConfiguration', ...otherSources] as const
