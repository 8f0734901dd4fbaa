import { constants } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { uuid } from '#kit'
import { lastingName } from '#processing/engine'
import { localNanosLabel, noLabel, relabel } from '../logical-types.ts'
import { type FileField, type FileSchema, type FileType, childrenOf } from './file-schema.ts'
import type { KnownSchema } from './file-schemas.ts'
import { instantNanos } from './formats.ts'
import type { LinkParts } from './link-files.ts'
import { replaceIn } from './readable.ts'
import type { TaskFile } from './task-file.ts'

/**
 * Files with wanted columns that the engine would not give as they are, as copies that call these something else, and their schemas. Of a
 * variant in which nobody can tell what the engine's NULL is, it gives the bytes then, which tell (those with columns for parts of it stay as
 * they are); instants of nanoseconds, which it would cut, as times without a zone.
 */
export async function relabelledFiles(
  linked: readonly TaskFile[],
  schemas: readonly KnownSchema[],
  isWanted: (fieldId: number) => boolean,
  parts: Pick<LinkParts, 'objects' | 'held' | 'files'>,
): Promise<readonly [readonly TaskFile[], readonly KnownSchema[]]> {
  const changed = new Map<KnownSchema, KnownSchema>()
  const files: TaskFile[] = []
  for (const [at, known] of schemas.entries()) {
    const wanted = ({ id }: FileField) => id !== undefined && isWanted(id)
    const labels = known.decoder ? new Map() : new Map(labelsOf(known.fields.filter(wanted)))
    files.push(labels.size > 0 ? await labelledCopy(linked[at]!, labels, parts) : linked[at]!)
    if (!changed.has(known)) changed.set(known, labels.size > 0 ? asLabelled(known, wanted) : known)
  }
  return [files, schemas.map((known) => changed.get(known)!)]
}

function labelsOf(fields: FileSchema): readonly (readonly [number, Buffer])[] {
  return fields.flatMap(({ id, type }) => {
    const label = labelOf(type)
    return label && id !== undefined ? [[id, label]] : labelsOf(childrenOf(type))
  })
}

function labelOf(type: FileType): Buffer | undefined {
  if (type.kind === 'variant') {
    return type.nulls === 'both' && !type.shredded && !type.bare ? noLabel : undefined
  }
  return isInstantNanos(type) ? localNanosLabel : undefined
}

function isInstantNanos(type: FileType): boolean {
  return type.kind === 'leaf' && /^TimestampType\(isAdjustedToUTC=1.*NANOS=Nano/.test(type.logical)
}

function asLabelled(
  { key, fields }: KnownSchema,
  wanted: (field: FileField) => boolean,
): KnownSchema {
  return {
    key: `${key} labelled`,
    fields: fields.map((field) => (wanted(field) ? labelled(field) : field)),
  }
}

function labelled(field: FileField): FileField {
  return { ...field, type: field.id === undefined ? inside(field.type) : labelledType(field.type) }
}

function labelledType(type: FileType): FileType {
  if (!labelOf(type)) return inside(type)
  return type.kind === 'variant' ? { ...type, bare: true, nulls: 'sql' } : instantNanos
}

function inside(type: FileType): FileType {
  switch (type.kind) {
    case 'struct':
      return { ...type, fields: type.fields.map(labelled) }
    case 'list':
      return { ...type, element: labelled(type.element) }
    case 'map':
      return { ...type, key: labelled(type.key), value: labelled(type.value) }
    default:
      return type
  }
}

async function labelledCopy(
  file: TaskFile,
  labels: ReadonlyMap<number, Buffer>,
  { objects, held, files }: Pick<LinkParts, 'objects' | 'held' | 'files'>,
): Promise<TaskFile> {
  const path = join(objects.temporaryFolder, `labelled-${uuid()}`)
  held.defer(() => rm(path, { force: true }))
  await copyFile(file.path, path, constants.COPYFILE_FICLONE)
  await relabel(path, labels)
  // Other bytes, which another reading of the same file in the query may not want.
  const told = [...labels].map(([id, label]) => `${id} ${label.toString('hex')}`)
  const name = `labelled/${lastingName(file.name, ...told)}.parquet`
  return replaceIn(files, file, { ...file, name, path, isKept: false })
}
