import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { DeliveryRecord } from '../delivery-record.ts'
import { withData, type Outcome, type Transform } from './transform.ts'

const unzip = promisify(gunzip)

/** What one record may become: far more than what CloudWatch Logs sends, far less than what a crafted record could. */
const unzippedBytesMax = 64 * 1024 * 1024

/** Takes GZIP off each record. https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html */
export function decompression(): Transform {
  return {
    isRepeatable: true,
    makesLarge: true,
    apply: async (records) => {
      const outcomes: Outcome[] = []
      for (const record of records) outcomes.push(await decompress(record))
      return outcomes
    },
  }
}

async function decompress(record: DeliveryRecord): Promise<Outcome> {
  try {
    const data = await unzip(record.data, { maxOutputLength: unzippedBytesMax })
    return { status: 'Ok', records: [withData(record, data)] }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      status: 'ProcessingFailed',
      failure: {
        outputType: 'decompression-failed',
        code: 'Decompression.Failed',
        message: `The record cannot be decompressed as GZIP: ${why}`,
      },
    }
  }
}
