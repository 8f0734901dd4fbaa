export { IcebergErrors } from './errors.ts'
export { filtersOf, type StubColumn, type Stubs } from './pruning/plan-filter.ts'
export { planTask } from './pruning/plan-task.ts'
export { engineTypeOf, type TypeForms } from './read/engine-type.ts'
export { defaultSql } from './read/literal.ts'
export { FileSchemas } from './read/file-schemas.ts'
export { positionRows, readVectorBlob } from './read/deletes.ts'
export { linkFiles } from './read/link-files.ts'
export { readFiles, type ExtraColumn, type ReadParts, type ReadRequest } from './read/read-files.ts'
export { inputsOf, taskInputs, type TaskFile } from './read/task-file.ts'
export { bucketMacros } from './write/bucket-macros.ts'
export {
  copyPositionDeletes,
  positionDeleteFile,
  positionGroups,
  type PositionDeletes,
} from './write/position-deletes.ts'
export { finishFiles } from './write/finish-files.ts'
export { vectorsOf } from './write/deletion-vectors.ts'
export type { Raise } from './write/shape.ts'
export { copyData, type WriteData } from './write/write-data.ts'
export { thetaMacros } from './write/theta-macros.ts'
export { thetaSql } from './write/theta-sql.ts'
export { valueOfText } from './write/text-value.ts'
export { writtenFiles, type WrittenFile } from './write/written-files.ts'
