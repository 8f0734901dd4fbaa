import type { Measure } from '#platform/telemetry'
import type { FunctionRef, FunctionScope } from './records.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
const namespace = 'AWS/Lambda'

export interface FunctionMeter {
  /** An invocation that ran. `concurrent`: those of the function that ran beside each other then, itself among them. */
  ran(
    what: Measured,
    run: { readonly failed: boolean; readonly durationMs: number; readonly concurrent: number },
  ): void
  throttled(what: Measured): void
  /** How old the last record of a batch was when the function was given it. */
  readBatch(what: Measured, ageMs: number): void
  /** What became of events of a mapping that counts them. */
  counted(mapping: FunctionScope & { readonly id: string }, count: EventCount, events: number): void
  /** News that a destination did not take. */
  destinationFailed(what: Measured): void
}

/** Those of streams: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics */
export type EventCount =
  | 'PolledEventCount'
  | 'FilteredOutEventCount'
  | 'InvokedEventCount'
  | 'FailedInvokeEventCount'
  | 'DroppedEventCount'
  | 'OnFailureDestinationDeliveredEventCount'

/** A function, and the version or alias that it was called by. */
export interface Measured {
  readonly ref: FunctionRef
  readonly qualifier?: string | undefined
}

/** By function, by what was called of it, and over all functions. */
export function functionMeter(measure: Measure): FunctionMeter {
  const tell = (
    { ref, qualifier }: Measured,
    name: string,
    value: number,
    unit: 'Count' | 'Milliseconds',
  ) => {
    const { accountId, region, name: FunctionName } = ref
    const ofFunction = { FunctionName }
    const all: Readonly<Record<string, string>>[] = [{}, ofFunction]
    if (qualifier) all.push({ ...ofFunction, Resource: `${FunctionName}:${qualifier}` })
    for (const dimensions of all) {
      measure({ accountId, region, namespace, name, dimensions, unit, value })
    }
  }
  return {
    ran: (what, { failed, durationMs, concurrent }) => {
      tell(what, 'Invocations', 1, 'Count')
      tell(what, 'Errors', failed ? 1 : 0, 'Count')
      tell(what, 'Throttles', 0, 'Count')
      tell(what, 'Duration', durationMs, 'Milliseconds')
      tell(what, 'ConcurrentExecutions', concurrent, 'Count')
    },
    throttled: (what) => tell(what, 'Throttles', 1, 'Count'),
    readBatch: (what, ageMs) => tell(what, 'IteratorAge', Math.max(0, ageMs), 'Milliseconds'),
    counted: ({ accountId, region, id }, name, value) => {
      const dimensions = { EventSourceMappingUUID: id }
      measure({ accountId, region, namespace, name, dimensions, unit: 'Count', value })
    },
    destinationFailed: (what) => tell(what, 'DestinationDeliveryFailures', 1, 'Count'),
  }
}
