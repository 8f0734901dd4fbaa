import { StreamErrors, type IteratorPosition } from '#ingestion/streams'

/** A position as GetShardIterator and SubscribeToShard are given it, its parts found to fit together. */
export function positionOf(
  input: {
    readonly type: IteratorPosition['type']
    readonly sequenceNumber: string | undefined
    readonly timestamp: Date | undefined
  },
  nowMs: number,
): IteratorPosition {
  const { type, sequenceNumber } = input
  if (type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER') {
    if (sequenceNumber === undefined) throw mismatch(`${type} and no StartingSequenceNumber.`)
    return { type, sequenceNumber }
  }
  if (type === 'AT_TIMESTAMP') {
    if (input.timestamp === undefined) {
      throw StreamErrors.InvalidArgument(
        'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
      )
    }
    const timestampMs = input.timestamp.getTime()
    if (timestampMs > nowMs) {
      throw StreamErrors.InvalidArgument(
        `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
      )
    }
    return { type, timestampMs }
  }
  if (sequenceNumber !== undefined) throw mismatch(`${type} and also a StartingSequenceNumber.`)
  return { type }
}

function mismatch(specified: string) {
  return StreamErrors.InvalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${specified}`,
  )
}
