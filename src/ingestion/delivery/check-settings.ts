import type { Metastore } from '#catalog/metastore'
import { isLakeError } from '#kit'
import { loadTable, toStrptime } from './conversion/index.ts'
import { DeliveryErrors } from './errors.ts'
import { compileErrorPrefix, compilePrefix, isTimeZone, partitionKeysOf } from './prefix/index.ts'
import type { Conversion, DeliveryRef, DeliverySettings, S3Target } from './records.ts'
import { troubleOfQuery } from './transforms/jq/jq.ts'

/** What can be wrong with settings that their form does not show. Error: `InvalidDelivery`. */
export async function checkSettings(
  metastore: Metastore,
  ref: DeliveryRef,
  settings: DeliverySettings,
): Promise<void> {
  const { target, backup, failed } = settings
  for (const place of [backup, failed]) {
    if (!place) continue
    checkPlace(place)
    checkNotPartitioned(place)
  }
  if (target.kind === 'http') return checkNoMetadata(settings)
  if (target.kind === 'iceberg') return checkQuery(settings)
  checkPlace(target)
  await checkPartitioning(target, settings)
  if (target.conversion) await checkConversion(metastore, ref, target.conversion)
}

function checkPlace({ prefix, errorPrefix, timeZone, isTemplate }: S3Target): void {
  // Checked by whoever translated it.
  if (isTemplate) return
  compileErrorPrefix(prefix, errorPrefix)
  compilePrefix(prefix)
  if (!isTimeZone(timeZone)) {
    throw DeliveryErrors.InvalidDelivery(`CustomTimeZone '${timeZone}' is not a valid time zone.`)
  }
}

function checkNotPartitioned({ prefix }: S3Target): void {
  if (partitionKeysOf(prefix).length > 0) {
    throw DeliveryErrors.InvalidDelivery(
      'Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled.',
    )
  }
}

/** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketprefix.html */
async function checkPartitioning(target: S3Target, settings: DeliverySettings): Promise<void> {
  if (!target.partitioned) {
    checkNotPartitioned(target)
    return checkNoMetadata(settings)
  }
  const metadata = settings.transforms?.find((transform) => transform.kind === 'metadata')
  const keys = partitionKeysOf(target.prefix)
  if (keys.length === 0) {
    throw invalid(
      'Prefix must contain at least one partition key expression when Dynamic Partitioning is enabled.',
    )
  }
  if (!target.errorPrefix) {
    throw invalid('ErrorOutputPrefix must be given when Dynamic Partitioning is enabled.')
  }
  if (!metadata && keys.some(({ from }) => from === 'query')) {
    throw invalid(
      'MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace.',
    )
  }
  const hasFunction = settings.transforms?.some(({ kind }) => kind === 'lambda')
  if (!hasFunction && keys.some(({ from }) => from === 'lambda')) {
    throw invalid(
      'Lambda processor should be present when S3 Prefix has partitionKeyFromLambda namespace.',
    )
  }
  await checkQuery(settings)
}

async function checkQuery({ transforms = [] }: DeliverySettings): Promise<void> {
  const metadata = transforms.find((transform) => transform.kind === 'metadata')
  const trouble = metadata && (await troubleOfQuery(metadata.query))
  if (trouble) throw invalid(`MetadataExtractionQuery is not valid: ${trouble}`)
}

function checkNoMetadata({ transforms = [] }: DeliverySettings): void {
  if (transforms.every(({ kind }) => kind !== 'metadata')) return
  throw invalid(
    'MetadataExtraction processor can only be present when Dynamic Partitioning is enabled.',
  )
}

function invalid(message: string): Error {
  return DeliveryErrors.InvalidDelivery(message)
}

async function checkConversion(
  metastore: Metastore,
  ref: DeliveryRef,
  conversion: Conversion,
): Promise<void> {
  if (conversion.reader.kind === 'hive') {
    for (const format of conversion.reader.timestampFormats) {
      if (format !== 'millis') toStrptime(format)
    }
  }
  try {
    await loadTable(metastore, ref, conversion)
  } catch (error) {
    if (!isLakeError(error) || error.kind !== 'notFound') throw error
    throw DeliveryErrors.InvalidDelivery(
      `The schema of the table ${conversion.database}.${conversion.table} (version ${conversion.versionId}) cannot be had from AWS Glue: ${error.message}`,
    )
  }
}
