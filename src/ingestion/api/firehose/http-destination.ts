import type {
  HttpEndpointDestinationConfiguration,
  HttpEndpointDestinationDescription,
  HttpEndpointDestinationUpdate,
  S3DestinationDescription,
} from '@aws-sdk/client-firehose'
import type { DeliverySettings, HttpTarget } from '#ingestion/delivery'
import { processorsOf } from './processors.ts'
import { invalidArgument } from './refusal.ts'
import { toTarget, withDefaults, withoutUndefined } from './s3-destination.ts'

const mebibyte = 1024 * 1024
const defaultHints = { SizeInMBs: 5, IntervalInSeconds: 300 }
const sizeInMBsMax = 64
const defaultRetrySeconds = 300

/** What a new endpoint is described as: the configuration with AWS's defaults, without its key. */
export function describeNewEndpoint(
  configuration: HttpEndpointDestinationConfiguration,
): HttpEndpointDestinationDescription {
  const { S3Configuration: place, EndpointConfiguration: endpoint, ...rest } = configuration
  return withoutUndefined({
    ...rest,
    EndpointConfiguration: withoutUndefined({ Url: endpoint!.Url, Name: endpoint!.Name }),
    BufferingHints: { ...defaultHints, ...withoutUndefined(rest.BufferingHints ?? {}) },
    CloudWatchLoggingOptions: rest.CloudWatchLoggingOptions ?? { Enabled: false },
    RequestConfiguration: {
      ContentEncoding: rest.RequestConfiguration?.ContentEncoding ?? 'NONE',
      CommonAttributes: rest.RequestConfiguration?.CommonAttributes ?? [],
    },
    RetryOptions: {
      DurationInSeconds: rest.RetryOptions?.DurationInSeconds ?? defaultRetrySeconds,
    },
    S3BackupMode: rest.S3BackupMode ?? 'FailedDataOnly',
    S3DestinationDescription: withDefaults({ ...place }) as S3DestinationDescription,
  })
}

/** The description after an update: members that are not given stay as they are. */
export function describeUpdatedEndpoint(
  before: HttpEndpointDestinationDescription,
  update: HttpEndpointDestinationUpdate,
): HttpEndpointDestinationDescription {
  const { S3Update: place, EndpointConfiguration: endpoint, ...rest } = update
  const { S3DestinationDescription: placeBefore, EndpointConfiguration: known } = before
  return describeNewEndpoint({
    ...before,
    ...withoutUndefined(rest),
    EndpointConfiguration: { Url: known!.Url, ...known, ...withoutUndefined(endpoint ?? {}) },
    S3Configuration: { ...placeBefore, ...withoutUndefined(place ?? {}) } as never,
  })
}

/** What delivery does for a description; what it cannot do is refused. `accessKey` is sealed. */
export function toEndpointSettings(
  description: HttpEndpointDestinationDescription,
  accessKey: string | undefined,
): DeliverySettings {
  if (description.SecretsManagerConfiguration?.Enabled) {
    throw invalidArgument('SecretsManagerConfiguration is not supported. Use AccessKey.')
  }
  const { delimiter, transforms } = processorsOf(description.ProcessingConfiguration)
  if (delimiter !== undefined) {
    throw invalidArgument('AppendDelimiterToRecord is only supported for S3 destinations.')
  }
  const place = toTarget(description.S3DestinationDescription!)
  return {
    target: toEndpoint(description, accessKey),
    failed: place,
    ...(description.S3BackupMode === 'AllData' ? { backup: place } : {}),
    ...(transforms.length > 0 ? { transforms } : {}),
  }
}

function toEndpoint(
  description: HttpEndpointDestinationDescription,
  accessKey: string | undefined,
): HttpTarget {
  const { SizeInMBs, IntervalInSeconds } = description.BufferingHints!
  if (SizeInMBs! > sizeInMBsMax) {
    throw invalidArgument(`BufferingHints.SizeInMBs must be at most ${sizeInMBsMax}.`)
  }
  const { CloudWatchLoggingOptions: logging, RequestConfiguration: request } = description
  if (logging?.Enabled && (!logging.LogGroupName || !logging.LogStreamName)) {
    throw invalidArgument(
      'LogGroupName and LogStreamName must be given when CloudWatch logging is enabled.',
    )
  }
  return {
    kind: 'http',
    url: checkedUrl(description.EndpointConfiguration!.Url!),
    contentEncoding: request!.ContentEncoding === 'GZIP' ? 'GZIP' : 'NONE',
    commonAttributes: Object.fromEntries(
      request!.CommonAttributes!.map(({ AttributeName, AttributeValue }) => [
        AttributeName!,
        AttributeValue!,
      ]),
    ),
    bufferBytes: SizeInMBs! * mebibyte,
    bufferMs: IntervalInSeconds! * 1000,
    retryMs: description.RetryOptions!.DurationInSeconds! * 1000,
    ...(accessKey === undefined ? {} : { accessKey }),
    ...(logging?.Enabled
      ? { logging: { group: logging.LogGroupName!, stream: logging.LogStreamName! } }
      : {}),
  }
}

/** As on AWS https alone; without it only this machine itself can be reached, where nobody listens in between. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url?.hostname ?? '')
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)
  if (!url || !isAllowed || url.username !== '' || url.password !== '') {
    throw invalidArgument(
      'EndpointConfiguration.Url must be an https address, or an http address of this machine (localhost).',
    )
  }
  return text
}
