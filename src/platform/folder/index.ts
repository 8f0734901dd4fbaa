export { diskRoom, type HasRoom } from './disk-room.ts'
export { openDataFolder, thisProcess, type DataFolder } from './data-folder.ts'
export { FolderErrors, readHolder, type Holder } from './folder-lock.ts'
