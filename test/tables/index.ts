export {
  appendTo,
  byPart,
  changeTable,
  makeTable,
  nameOf,
  namesOf,
  newFile,
  planTable,
  plannedFile,
  type TestTable,
} from './changes.ts'
export { faultsAt, noFaults, type FaultPoints } from './fault-points.ts'
export {
  accountId,
  openTables,
  openTemporaryTables,
  readerOf,
  region,
  type OpenTables,
} from './open-tables.ts'
