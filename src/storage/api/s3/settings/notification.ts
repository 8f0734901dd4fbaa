import type { FilterRule, NotificationConfiguration } from '@aws-sdk/client-s3'
import { randomString } from '#kit'
import type { Call } from '#protocol/aws'
import { coversEvent } from '#storage/objects'
import type { S3Context } from '../context.ts'
import { invalidArgument, malformedXml, s3Error } from '../errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const families: Readonly<Record<string, readonly string[]>> = {
  ObjectCreated: ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'],
  ObjectRemoved: ['Delete', 'DeleteMarkerCreated'],
  ObjectRestore: ['Post', 'Completed', 'Delete'],
  ObjectTagging: ['Put', 'Delete'],
  ObjectAnnotation: ['Put', 'Delete'],
  LifecycleExpiration: ['Delete', 'DeleteMarkerCreated'],
  Replication: [
    'OperationFailedReplication',
    'OperationMissedThreshold',
    'OperationNotTracked',
    'OperationReplicatedAfterThreshold',
  ],
}
const single = [
  's3:IntelligentTiering',
  's3:LifecycleTransition',
  's3:ObjectAcl:Put',
  's3:ObjectRetention:Put',
  's3:ReducedRedundancyLostObject',
]
const events: ReadonlySet<string> = new Set([
  ...single,
  ...Object.entries(families).flatMap(([family, members]) =>
    ['*', ...members].map((member) => `s3:${family}:${member}`),
  ),
])
const filterBytesMax = 1024
const configurationsMax = 100

/** One configuration of whichever kind. */
interface Entry {
  readonly id: string
  readonly arn: string
  readonly service: 'sns' | 'sqs' | 'lambda'
  readonly events: readonly string[]
  readonly prefix: string
  readonly suffix: string
}

interface Configured {
  readonly Id?: string | undefined
  readonly Events?: readonly string[] | undefined
  readonly Filter?:
    | { readonly Key?: { readonly FilterRules?: readonly FilterRule[] | undefined } | undefined }
    | undefined
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html. Errors: `InvalidArgument` in
 * AWS's words; a queue or a topic is a destination that is not there.
 */
export async function checkNotification(
  value: NotificationConfiguration,
  ctx: Call & S3Context,
  bucket: string,
): Promise<NotificationConfiguration> {
  const checked = {
    ...value,
    TopicConfigurations: value.TopicConfigurations?.map(named),
    QueueConfigurations: value.QueueConfigurations?.map(named),
    LambdaFunctionConfigurations: value.LambdaFunctionConfigurations?.map(named),
  }
  const entries = [
    ...(checked.TopicConfigurations ?? []).map((item) => entryOf(item, 'sns', item.TopicArn)),
    ...(checked.QueueConfigurations ?? []).map((item) => entryOf(item, 'sqs', item.QueueArn)),
    ...(checked.LambdaFunctionConfigurations ?? []).map((item) =>
      entryOf(item, 'lambda', item.LambdaFunctionArn),
    ),
  ]
  if (entries.length > configurationsMax) {
    throw invalidArgument(
      `A bucket may have up to ${configurationsMax} notification configurations`,
      'NotificationConfiguration',
      entries.length,
    )
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw s3Error(
      'InvalidArgument',
      400,
      'Same ID used for multiple configurations. IDs must be unique',
    )
  }
  checkOverlaps(entries)
  await checkDestinations(entries, ctx, bucket)
  return checked
}

function named<T extends Configured>(item: T): T & { readonly Id: string } {
  return { ...item, Id: item.Id ?? randomString(48, 'abcdefghijklmnopqrstuvwxyz0123456789') }
}

function entryOf(item: Configured, service: Entry['service'], arn: string | undefined): Entry {
  if (!item.Events?.length || arn === undefined) throw malformedXml()
  for (const event of item.Events) {
    if (events.has(event)) continue
    throw invalidArgument('The event is not supported for notifications', 'Event', event)
  }
  const rules = item.Filter?.Key?.FilterRules ?? []
  return {
    id: item.Id!,
    arn,
    service,
    events: item.Events,
    prefix: filterOf(rules, 'prefix'),
    suffix: filterOf(rules, 'suffix'),
  }
}

function filterOf(rules: readonly FilterRule[], name: 'prefix' | 'suffix'): string {
  for (const { Name, Value } of rules) {
    if (!/^(?:prefix|suffix)$/i.test(Name ?? '')) {
      throw invalidArgument(
        'filter rule name must be either prefix or suffix',
        'FilterRule.Name',
        Name,
      )
    }
    if (Buffer.byteLength(Value ?? '') > filterBytesMax) {
      throw invalidArgument(
        `Size of filter rule value cannot exceed ${filterBytesMax} bytes in UTF-8 representation`,
        'FilterRule.Value',
        Value,
      )
    }
  }
  const found = rules.filter((rule) => rule.Name?.toLowerCase() === name)
  if (found.length > 1) {
    throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`, name, name)
  }
  return found[0]?.Value ?? ''
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
function checkOverlaps(entries: readonly Entry[]): void {
  for (const [at, a] of entries.entries()) {
    for (const b of entries.slice(at + 1)) {
      const shared = a.events.some((one) =>
        b.events.some((other) => coversEvent(one, other) || coversEvent(other, one)),
      )
      const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)
      const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix)
      if (!shared || !prefixes || !suffixes) continue
      throw s3Error(
        'InvalidArgument',
        400,
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
      )
    }
  }
}

async function checkDestinations(
  entries: readonly Entry[],
  ctx: Call & S3Context,
  bucket: string,
): Promise<void> {
  const { region } = await ctx.objects.buckets.get(ctx.accountId, bucket)
  for (const { arn, service } of entries) {
    const found = /^arn:aws:(\w+):([a-z0-9-]+):(\d{12}):.+$/.exec(arn)
    if (found?.[1] !== service) throw s3Error('InvalidArgument', 400, 'The ARN is not well formed')
    if (found[2] !== region) {
      throw s3Error(
        'InvalidArgument',
        400,
        'The notification destination service region is not valid for the bucket location constraint',
      )
    }
  }
  const isSkipped =
    ctx.request.headers['x-amz-skip-destination-validation']?.toLowerCase() === 'true'
  for (const { arn, service } of entries) {
    const target = { destinationArn: arn, accountId: ctx.accountId, bucket }
    const isThere = isSkipped || (service === 'lambda' && (await ctx.functions?.accepts(target)))
    // Without functions nobody would ever take the events.
    if (isThere && (service !== 'lambda' || ctx.functions)) continue
    throw s3Error(
      'InvalidArgument',
      400,
      'Unable to validate the following destination configurations',
      {
        ArgumentName1: arn,
        ArgumentValue1:
          service === 'lambda'
            ? 'The function is not there, or does not let this bucket call it.'
            : `There is no ${service.toUpperCase()} here.`,
      },
    )
  }
}
