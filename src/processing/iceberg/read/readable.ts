import type { FileSchema } from './file-schema.ts'
import type { KnownSchema } from './file-schemas.ts'
import { decoding } from './formats.ts'
import type { LinkParts } from './link-files.ts'
import type { TaskFile } from './task-file.ts'

/**
 * Files of one schema as the engine can read them: those that it reads itself as they are, others decoded, the wanted columns of them.
 * `schema` has its ids; that of the answer says how the columns are called in what the engine reads.
 */
export function readable(
  { decoder }: KnownSchema,
  schema: FileSchema,
  files: readonly TaskFile[],
  wanted: { readonly ids: ReadonlySet<number>; readonly numbered: boolean },
  { files: all }: Pick<LinkParts, 'files'>,
): { readonly schema: FileSchema; readonly files: readonly TaskFile[] } {
  if (!decoder) return { schema, files }
  const places = [...schema.entries()].filter(
    ([, { id }]) => id !== undefined && wanted.ids.has(id),
  )
  const columns = places.map(([place]) => decoder.columns[place]!)
  const { numbered } = wanted
  return {
    schema: places.map(([, field], at) => ({ ...field, name: `f${at}` })),
    files: files.map((file) =>
      replaceIn(all, file, decoding(file, decoder.encoding, columns, { numbered })),
    ),
  }
}

/** The task knows of a file by what is noted of it. */
export function replaceIn(all: TaskFile[], file: TaskFile, by: TaskFile): TaskFile {
  const at = all.indexOf(file)
  if (at >= 0) all[at] = by
  return by
}
