import { createHash } from 'node:crypto'
import { batchUuid, type Batch } from './batch.ts'
import type { PartitionKeys } from './delivery-record.ts'
import { compileDateFormat } from './prefix/date-format.ts'
import { compileErrorPrefix, compilePrefix, compileTemplate, type Prefix } from './prefix/index.ts'
import type { Compression, S3Target } from './records.ts'

const suffixTime = compileDateFormat('yyyy-MM-dd-HH-mm-ss')

export interface Keys {
  /** Throws `PartitionKeyMissing` when the prefix names a key that is not among these. */
  data(keys?: PartitionKeys): string
  error(errorOutputType: string): string
  /** What stands behind the evaluated prefix. */
  readonly suffixLength: number
}

/**
 * The keys of a batch's objects under a target: `<prefix><name>-<version>-<time>-<uuid><extension>`. They depend on nothing but the batch,
 * the target, and what records are partitioned by. https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 * Those of a template: `<prefix>-<uuid><extension>`.
 */
export function keysOf(batch: Batch, target: S3Target): Keys {
  const { stream, oldestMs } = batch
  const uuid = batchUuid(batch)
  const { compile, compileError } = target.isTemplate ? ofTemplates : ofPrefixes
  const prefix = compile(target.prefix)
  const evaluate = (
    compiled: Prefix,
    more: { readonly errorOutputType?: string; readonly keys?: PartitionKeys },
  ) =>
    // As it is kept: what is no letter would be another one there, and two keys the same.
    compiled({
      ...more,
      timeMs: oldestMs,
      timeZone: target.timeZone,
      randomString: (index) =>
        createHash('sha256').update(`${uuid}/${index}`).digest('hex').slice(0, 11),
      partitionKey: ({ from, name }) => own(more.keys?.[from], name),
    }).toWellFormed()
  const suffix = target.isTemplate
    ? '-'
    : `${stream.name}-${stream.version}-${suffixTime(oldestMs, target.timeZone)}-`
  const dataSuffix = suffix + uuid + extensionOf(target)
  return {
    suffixLength: dataSuffix.length,
    data: (keys = {}) => evaluate(prefix, { keys }) + dataSuffix,
    error: (errorOutputType) =>
      evaluate(compileError(target.prefix, target.errorPrefix), { errorOutputType }) +
      suffix +
      // Of their own: where records go may be what records say, and then be where errors go.
      batchUuid(batch, 'errors'),
  }
}

const ofPrefixes = { compile: compilePrefix, compileError: compileErrorPrefix }
const ofTemplates = {
  compile: compileTemplate,
  compileError: (_: string | undefined, template: string | undefined) => compileTemplate(template),
}

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html */
export const extensions: Readonly<Record<Compression, string>> = {
  UNCOMPRESSED: '',
  GZIP: '.gz',
  ZIP: '.zip',
  Snappy: '.snappy',
  HADOOP_SNAPPY: '.hsnappy',
  ZSTD: '.zst',
}

function own(keys: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return keys && Object.hasOwn(keys, name) ? keys[name] : undefined
}

function extensionOf(target: S3Target): string {
  if (target.fileExtension !== undefined) return target.fileExtension
  if (target.conversion) return target.conversion.orc ? '.orc' : '.parquet'
  return extensions[target.compression]
}
