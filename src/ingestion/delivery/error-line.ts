import type { FailedRecord } from './delivery-record.ts'
import type { Target } from './records.ts'
import type { NumberRecord } from './transforms/lambda.ts'

/**
 * A record that could not be delivered, as a line of JSON. Firehose's documentation names the reason once `errorCode` and once `lastErrorCode`;
 * both are given, so that a reader of either finds it. `numberOf` tells the number of a record that a stream gave it.
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */
export function errorLine(
  target: Target,
  { record, failure }: FailedRecord,
  nowMs: number,
  numberOf: NumberRecord = ({ sequence }) => String(sequence),
): string {
  const raw = record.raw ?? record.data
  return `${JSON.stringify({
    attemptsMade: failure.attempts ?? 1,
    arrivalTimestamp: record.arrivalMs,
    errorCode: failure.code,
    errorMessage: failure.message,
    lastErrorCode: failure.code,
    lastErrorMessage: failure.message,
    attemptEndingTimestamp: nowMs,
    rawData: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64'),
    sequenceNumber: numberOf(record),
    subSequenceNumber: record.subSequence ?? null,
    ...(failure.lambdaArn === undefined ? {} : { lambdaArn: failure.lambdaArn }),
    ...(failure.outputType === 'format-conversion-failed' ? schemaOf(target) : {}),
  })}\n`
}

function schemaOf(target: Target) {
  const conversion = target.kind === 's3' ? target.conversion : undefined
  return {
    dataCatalogTable: conversion && {
      catalogId: conversion.catalogId ?? null,
      databaseName: conversion.database,
      tableName: conversion.table,
      region: conversion.region,
      versionId: conversion.versionId,
      catalogArn: null,
    },
  }
}
