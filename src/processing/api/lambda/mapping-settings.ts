import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import {
  functionArn,
  mappingArn,
  type FoundMapping,
  type Mapping,
  type MappingSettings,
  type StartingPosition,
} from '#processing/functions'
import { destinationOf } from './event-config.ts'
import { keptFilters, shownFilters, type FilterCall } from './filters.ts'
import { functionOf, refused } from './subject.ts'

type Input = CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
const defaults: Omit<MappingSettings, 'functionArn'> = {
  enabled: true,
  batchSize: 100,
  windowMs: 0,
  parallelization: 1,
  bisects: false,
  retriesMax: -1,
  ageSecondsMax: -1,
  reportsFailures: false,
  tags: {},
}
const ageSecondsMin = 60
const sourcePattern =
  /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[a-zA-Z0-9_.-]+(\/consumer\/[a-zA-Z0-9_.-]+:\d+)?$/

export async function newMapping(
  ctx: FilterCall,
  input: CreateEventSourceMappingRequest,
): Promise<{
  readonly sourceArn: string
  readonly starting: StartingPosition
  readonly settings: MappingSettings
}> {
  const sourceArn = input.EventSourceArn ?? ''
  if (!sourcePattern.test(sourceArn)) {
    throw refused(
      `Unrecognized event source: ${sourceArn}. A Kinesis stream, or a consumer of one, can be one.`,
    )
  }
  const starting = startingOf(input)
  const present = { ...defaults, functionArn: arnOf(ctx, input), tags: { ...input.Tags } }
  const settings = await changedMapping(ctx, { sourceArn, settings: present }, input)
  return { sourceArn, starting, settings }
}

/** The settings, with what the input says. */
export async function changedMapping(
  ctx: FilterCall,
  { sourceArn, settings: present }: Pick<Mapping, 'sourceArn' | 'settings'>,
  input: Input,
): Promise<MappingSettings> {
  refuseUnsupported(input)
  const { DestinationConfig: destination, MaximumRecordAgeInSeconds: age } = input
  if (age !== undefined && age !== -1 && age < ageSecondsMin) {
    throw refused(`MaximumRecordAgeInSeconds must be -1, or at least ${ageSecondsMin}`)
  }
  if (destination?.OnSuccess?.Destination) {
    throw refused('OnSuccess is not supported for event source mappings')
  }
  const windowS = input.MaximumBatchingWindowInSeconds
  const tumblingS = input.TumblingWindowInSeconds
  const settings: MappingSettings = {
    ...present,
    functionArn: input.FunctionName === undefined ? present.functionArn : arnOf(ctx, input),
    enabled: input.Enabled ?? present.enabled,
    batchSize: input.BatchSize ?? present.batchSize,
    windowMs: windowS === undefined ? present.windowMs : windowS * 1000,
    tumblingMs: tumblingS === undefined ? present.tumblingMs : tumblingS * 1000 || undefined,
    parallelization: input.ParallelizationFactor ?? present.parallelization,
    bisects: input.BisectBatchOnFunctionError ?? present.bisects,
    retriesMax: input.MaximumRetryAttempts ?? present.retriesMax,
    ageSecondsMax: age ?? present.ageSecondsMax,
    reportsFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.includes('ReportBatchItemFailures')
      : present.reportsFailures,
    countsEvents: input.MetricsConfig
      ? (input.MetricsConfig.Metrics ?? []).includes('EventCount')
      : present.countsEvents,
    onFailure: destination
      ? destinationOf(destination.OnFailure?.Destination, true)
      : present.onFailure,
  }
  if (settings.tumblingMs !== undefined && settings.parallelization > 1) {
    throw refused('ParallelizationFactor must be 1 with TumblingWindowInSeconds')
  }
  const owner = { functionArn: settings.functionArn, sourceArn }
  return { ...settings, ...(await keptFilters(ctx, owner, input, present)) }
}

/** For who asks for one mapping: with its filters, also those under a key, as far as he may see them. */
export async function shownMapping(
  ctx: FilterCall,
  found: FoundMapping,
): Promise<EventSourceMappingConfiguration> {
  return { ...toMappingConfiguration(found), ...(await shownFilters(ctx, found.mapping)) }
}

/** For lists: without filters that lie under a key. */
export function toMappingConfiguration({
  mapping,
  lastResult,
}: FoundMapping): EventSourceMappingConfiguration {
  const { settings, starting } = mapping
  return {
    UUID: mapping.id,
    EventSourceMappingArn: mappingArn(mapping),
    EventSourceArn: mapping.sourceArn,
    FunctionArn: settings.functionArn,
    StartingPosition: starting.type,
    StartingPositionTimestamp:
      starting.type === 'AT_TIMESTAMP' ? new Date(starting.timestampMs) : undefined,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowMs / 1000,
    ParallelizationFactor: settings.parallelization,
    BisectBatchOnFunctionError: settings.bisects,
    MaximumRetryAttempts: settings.retriesMax,
    MaximumRecordAgeInSeconds: settings.ageSecondsMax,
    TumblingWindowInSeconds: (settings.tumblingMs ?? 0) / 1000,
    FunctionResponseTypes: settings.reportsFailures ? ['ReportBatchItemFailures'] : [],
    DestinationConfig: {
      OnFailure: settings.onFailure === undefined ? {} : { Destination: settings.onFailure },
    },
    FilterCriteria:
      settings.filters && settings.filters.length > 0
        ? { Filters: settings.filters.map((Pattern) => ({ Pattern })) }
        : undefined,
    KMSKeyArn: settings.kmsKeyArn,
    MetricsConfig: settings.countsEvents ? { Metrics: ['EventCount'] } : undefined,
    State: settings.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'User action',
    LastProcessingResult: lastResult,
    LastModified: new Date(mapping.modifiedMs),
  }
}

function arnOf(ctx: FilterCall, input: { readonly FunctionName?: string | undefined }): string {
  const { ref, qualifier } = functionOf(ctx, { FunctionName: input.FunctionName })
  if (ref.accountId !== ctx.accountId) throw refused('The function must be of the same account')
  return functionArn(ref, qualifier)
}

function startingOf(input: CreateEventSourceMappingRequest): StartingPosition {
  const { StartingPosition: type, StartingPositionTimestamp: time } = input
  if (time && type !== 'AT_TIMESTAMP') {
    throw refused('StartingPositionTimestamp can only be given with AT_TIMESTAMP')
  }
  switch (type) {
    case 'TRIM_HORIZON':
    case 'LATEST':
      return { type }
    case 'AT_TIMESTAMP':
      if (!time) throw refused('StartingPositionTimestamp must be given with AT_TIMESTAMP')
      return { type, timestampMs: time.getTime() }
    default:
      throw refused(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
      )
  }
}

/** What would change which records a function is given and how, or does nothing for a stream of Kinesis. */
function refuseUnsupported(input: Input): void {
  const metrics = input.MetricsConfig?.Metrics?.find((group) => group !== 'EventCount')
  if (metrics) throw refused(`The metrics ${metrics} are not there for streams of Kinesis`)
  const given: Readonly<Record<string, unknown>> = { ...input }
  const alien = ofOtherSources.find((member) => isGiven(given[member]))
  if (alien) {
    throw refused(`Unsupported ${alien} parameter for given event source mapping type.`)
  }
}

const ofOtherSources = [
  'AmazonManagedKafkaEventSourceConfig',
  'DocumentDBEventSourceConfig',
  'LoggingConfig',
  'ProvisionedPollerConfig',
  'Queues',
  'ScalingConfig',
  'SelfManagedEventSource',
  'SelfManagedKafkaEventSourceConfig',
  'SourceAccessConfigurations',
  'Topics',
]

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null
