import { readAvroRecords, type AvroRecords } from '#storage/formats'
import { TableErrors } from '../errors.ts'

/** A manifest, or a list of them. Errors: `ManifestUnreadable`, which names the file. */
export async function readAvro(bytes: Buffer, name: string): Promise<AvroRecords> {
  try {
    return await readAvroRecords(bytes)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw TableErrors.ManifestUnreadable(`Cannot read ${name}: ${reason}`, { file: name }, error)
  }
}
