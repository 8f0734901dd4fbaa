import { createHash } from 'node:crypto'
import { batchUuid, type Batch } from './batch.ts'
import { compileDateFormat } from './prefix/date-format.ts'
import { compileErrorPrefix, compilePrefix, type Prefix } from './prefix/index.ts'
import type { S3Target } from './records.ts'

const suffixTime = compileDateFormat('yyyy-MM-dd-HH-mm-ss')

/**
 * The keys of a batch's objects under a target: `<prefix><name>-<version>-<time>-<uuid><extension>`. They depend on nothing but these two.
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */
export function keysOf(
  batch: Batch,
  target: S3Target,
): {
  readonly data: string
  error(errorOutputType: string): string
} {
  const { stream, oldestMs } = batch
  const uuid = batchUuid(batch)
  const evaluate = (prefix: Prefix, errorOutputType?: string) =>
    prefix({
      timeMs: oldestMs,
      timeZone: target.timeZone,
      randomString: (index) =>
        createHash('sha256').update(`${uuid}/${index}`).digest('hex').slice(0, 11),
      ...(errorOutputType === undefined ? {} : { errorOutputType }),
    })
  const suffix = `${stream.name}-${stream.version}-${suffixTime(oldestMs, target.timeZone)}-${uuid}`
  return {
    data: evaluate(compilePrefix(target.prefix)) + suffix + extensionOf(target),
    error: (errorOutputType) =>
      evaluate(compileErrorPrefix(target.prefix, target.errorPrefix), errorOutputType) + suffix,
  }
}

function extensionOf(target: S3Target): string {
  if (target.fileExtension !== undefined) return target.fileExtension
  if (target.conversion) return '.parquet'
  return { UNCOMPRESSED: '', GZIP: '.gz', ZIP: '.zip' }[target.compression]
}
