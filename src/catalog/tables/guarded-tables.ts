import { type RequireOn, type TableRef, tableArns } from '#catalog/metastore'
import { objectArn } from '#storage/objects'
import type { IcebergTables } from './iceberg-tables.ts'
import { parseLocation } from './location.ts'

/** Iceberg tables for somebody: each call is refused that Glue would refuse to him. */
export function guardedTables(tables: IcebergTables, require: RequireOn): IcebergTables {
  const on = async (operation: string, ref: TableRef) => {
    for (const resource of tableArns(ref)) await require(`glue:${operation}`, resource)
  }
  const onFile = (action: string, location: string) => {
    const { bucket, key } = parseLocation(location)
    return require(action, objectArn(bucket, key))
  }
  /** Of the metadata file that a change writes. */
  const checkLocation = (location: string) => onFile('s3:PutObject', location)
  return {
    load: async (ref) => {
      await on('GetTable', ref)
      const loaded = await tables.load(ref)
      await onFile('s3:GetObject', loaded.location)
      return loaded
    },
    list: async (ref, page) => {
      await on('GetTables', { ...ref, table: '*' })
      return tables.list(ref, page)
    },
    create: async (ref, input, createdBy, options) => {
      await on('CreateTable', { ...ref, table: input.name })
      return tables.create(ref, { ...input, checkLocation }, createdBy, options)
    },
    stage: async (ref, input) => {
      await on('CreateTable', { ...ref, table: input.name })
      return tables.stage(ref, { ...input, checkLocation })
    },
    createStaged: async (ref, metadata, createdBy, options) => {
      await on('CreateTable', ref)
      return tables.createStaged(ref, metadata, createdBy, options)
    },
    commit: async (change, committedBy, options) => {
      await on('UpdateTable', change.ref)
      return tables.commit({ ...change, checkLocation }, committedBy, options)
    },
    commitAll: async (changes, committedBy, options) => {
      for (const { ref } of changes) await on('UpdateTable', ref)
      return tables.commitAll(
        changes.map((change) => ({ ...change, checkLocation })),
        committedBy,
        options,
      )
    },
    changeSnapshot: async (ref, input, committedBy, options) => {
      await on('UpdateTable', ref)
      return tables.changeSnapshot(ref, input, committedBy, options)
    },
    register: async (ref, metadataLocation, options) => {
      await on('CreateTable', ref)
      return tables.register(ref, metadataLocation, options)
    },
    rename: async (ref, to, options) => {
      await on('UpdateTable', ref)
      await on('CreateTable', to)
      await tables.rename(ref, to, options)
    },
    drop: async (ref, options) => {
      await on('DeleteTable', ref)
      await tables.drop(ref, options)
    },
  }
}
