import { migrations as eventMigrations } from '#platform/events'
import { migrations as objectMigrations } from '#storage/objects'

/*
 * What the writer that is killed and the test that looks after it have in common: a bucket as the simplest thing that
 * could be one, and the operations on it.
 */

export const accountId = '123456789012'
export const migrations = [...eventMigrations, ...objectMigrations]
export const keys = ['a', 'a/b', 'b', 'ü +']
export const lanes = 12
export const bucketOf = (lane: number): string => `lane-${lane}`

export type Operation =
  | { readonly kind: 'put' | 'parts'; readonly key: string; readonly number: number }
  | { readonly kind: 'copy'; readonly from: string; readonly key: string; readonly number: number }
  | { readonly kind: 'remove'; readonly keys: readonly string[] }
  | { readonly kind: 'removeVersion'; readonly key: string; readonly versionId: string }
  | { readonly kind: 'tag'; readonly key: string; readonly tag: string }
  | { readonly kind: 'versioning'; readonly state: 'Enabled' | 'Suspended' }

export interface Version {
  readonly versionId: string
  /** What it holds: see `bodyOf`. Undefined for a delete marker. */
  readonly number: number | undefined
  readonly tag: string
}

/** By key its versions, the newest first. Keys without versions are not there. */
export interface Model {
  readonly versioning: '' | 'Enabled' | 'Suspended'
  readonly versions: ReadonlyMap<string, readonly Version[]>
}

export const emptyModel: Model = { versioning: '', versions: new Map() }

/** The bytes of a number, which says how many they are: nothing, a small one that lies in the database first, a packed object, a file of its own, or several parts. */
export function bodyOf(number: number): Buffer {
  const sizes = [0, 1, 900, 9_000, 70_000, 300_000]
  const sizeBytes = number % 41 === 7 ? 5 * 1024 * 1024 + 1_000 : sizes[number % sizes.length]!
  return Buffer.alloc(sizeBytes, `${number};`)
}

/** The model after an operation. `versionIds` are those of what it made, by key, as far as they are known. */
export function apply(
  model: Model,
  operation: Operation,
  versionIds: Readonly<Record<string, string>> = {},
): Model {
  const versions = new Map(model.versions)
  const of = (key: string) => versions.get(key) ?? []
  const set = (key: string, list: readonly Version[]) =>
    list.length > 0 ? versions.set(key, list) : versions.delete(key)
  const add = (key: string, number: number | undefined) => {
    const own = model.versioning === 'Enabled' ? undefined : 'null'
    const versionId = versionIds[key] ?? own ?? 'unknown'
    const kept = of(key).filter((old) => versionId !== 'null' || old.versionId !== 'null')
    set(key, [{ versionId, number, tag: '' }, ...kept])
  }
  switch (operation.kind) {
    case 'put':
    case 'parts':
    case 'copy':
      add(operation.key, operation.number)
      break
    case 'remove':
      for (const key of operation.keys) {
        if (model.versioning === '') versions.delete(key)
        else add(key, undefined)
      }
      break
    case 'removeVersion':
      set(
        operation.key,
        of(operation.key).filter((version) => version.versionId !== operation.versionId),
      )
      break
    case 'tag': {
      const [newest, ...older] = of(operation.key)
      set(operation.key, [{ ...newest!, tag: operation.tag }, ...older])
      break
    }
    case 'versioning':
      return { ...model, versioning: operation.state }
  }
  return { ...model, versions }
}

/** Numbers below `max`, the same for the same seed (mulberry32). */
export function diceOf(seed: number): (max: number) => number {
  let state = seed
  return (max) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % max
  }
}
