export { startLake, testCredentials, type TestLake } from './lake.ts'
export { poll } from './poll.ts'
export { spawnServer, type ServerProcess } from './process.ts'
