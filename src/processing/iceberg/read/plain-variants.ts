import { constants } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { uuid } from '#kit'
import { stripVariants } from '../variant-annotations.ts'
import { type FileSchema, type VariantFileType, childrenOf, withVariants } from './file-schema.ts'
import type { KnownSchema } from './file-schemas.ts'
import type { LinkParts } from './link-files.ts'
import { replaceIn } from './readable.ts'
import type { TaskFile } from './task-file.ts'

/**
 * Files in which nobody can tell what the engine's NULL is, as copies without the annotation, and their schemas: of these it gives the bytes,
 * which tell. Those with columns for parts of a variant stay as they are.
 */
export async function withPlainVariants(
  linked: readonly TaskFile[],
  schemas: readonly KnownSchema[],
  parts: Pick<LinkParts, 'objects' | 'held' | 'files'>,
): Promise<readonly [readonly TaskFile[], readonly KnownSchema[]]> {
  const plain = new Map<KnownSchema, KnownSchema>()
  const files: TaskFile[] = []
  for (const [at, known] of schemas.entries()) {
    const ids = new Set(openIds(known.fields))
    files.push(ids.size > 0 ? await plainCopy(linked[at]!, ids, parts) : linked[at]!)
    if (!plain.has(known)) plain.set(known, ids.size > 0 ? plainSchema(known) : known)
  }
  return [files, schemas.map((known) => plain.get(known)!)]
}

const isOpen = ({ nulls, shredded }: VariantFileType) => nulls === 'both' && !shredded

function openIds(fields: FileSchema): readonly number[] {
  return fields.flatMap(({ id, type }) => {
    if (type.kind !== 'variant') return openIds(childrenOf(type))
    return id !== undefined && isOpen(type) ? [id] : []
  })
}

function plainSchema({ key, fields }: KnownSchema): KnownSchema {
  return {
    key: `${key} plain`,
    fields: withVariants(fields, (variant) =>
      isOpen(variant) ? { ...variant, bare: true, nulls: 'sql' } : variant,
    ),
  }
}

async function plainCopy(
  file: TaskFile,
  fieldIds: ReadonlySet<number>,
  { objects, held, files }: Pick<LinkParts, 'objects' | 'held' | 'files'>,
): Promise<TaskFile> {
  const path = join(objects.temporaryFolder, `plain-${uuid()}`)
  held.defer(() => rm(path, { force: true }))
  await copyFile(file.path, path, constants.COPYFILE_FICLONE)
  await stripVariants(path, fieldIds)
  return replaceIn(files, file, { ...file, path })
}
