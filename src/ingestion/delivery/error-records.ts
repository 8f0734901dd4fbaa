import type { Batch, BatchRecord } from './batch.ts'
import type { BadRecord } from './conversion/index.ts'

/**
 * A record that could not be converted, as a line of JSON. Firehose's documentation names the reason once `errorCode` and once `lastErrorCode`;
 * both are given, so that a reader of either finds it.
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
 */
export function errorLine(
  batch: Batch,
  record: BatchRecord,
  bad: BadRecord,
  nowMs: number,
): string {
  const { conversion } = batch.target
  return `${JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: record.arrivalMs,
    errorCode: bad.code,
    errorMessage: bad.message,
    lastErrorCode: bad.code,
    lastErrorMessage: bad.message,
    attemptEndingTimestamp: nowMs,
    rawData: Buffer.from(
      record.data.buffer,
      record.data.byteOffset,
      record.data.byteLength,
    ).toString('base64'),
    sequenceNumber: String(record.sequence),
    subSequenceNumber: null,
    dataCatalogTable: conversion && {
      catalogId: conversion.catalogId ?? null,
      databaseName: conversion.database,
      tableName: conversion.table,
      region: conversion.region,
      versionId: conversion.versionId,
      catalogArn: null,
    },
  })}\n`
}
