import type { FileField } from '#storage/formats'
import { fromFieldType } from './field-type.ts'
import type { FileSchema } from './file-schema.ts'
import { askOfFiles, type FileReader } from './local-files.ts'
import type { FileInfo } from './tree.ts'

/** The schemas of Avro or ORC files, from their own words; an Error for each file that cannot be read. */
export async function readDescribedSchemas(
  reader: FileReader,
  format: 'avro' | 'orc',
  files: readonly FileInfo[],
): Promise<ReadonlyMap<string, FileSchema | Error>> {
  const rows = await askOfFiles(reader, files, (inputs) => ({
    prepare: [{ kind: 'describe', inputs, encoding: { kind: format } }],
    statements: ['SELECT name, fields, row_count, problem FROM file_descriptions'],
  }))
  const schemas = new Map<string, FileSchema | Error>()
  for (const file of files) {
    const row = rows.get(file.key)
    if (!row || row instanceof Error) {
      schemas.set(file.key, row ?? new Error('it could not be read'))
      continue
    }
    const [fields, records, problem] = row
    if (problem !== null) {
      schemas.set(file.key, new Error(String(problem)))
      continue
    }
    const columns = (JSON.parse(String(fields)) as readonly FileField[]).map((field) => ({
      name: field.name.toLowerCase(),
      type: fromFieldType(field.type),
    }))
    schemas.set(file.key, {
      form: { format },
      classification: format,
      compression: 'none',
      columns,
      records: Number(records ?? 0),
      sampledBytes: file.sizeBytes,
    })
  }
  return schemas
}
