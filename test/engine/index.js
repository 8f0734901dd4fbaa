export { TemporaryEngine } from './temporary-engine.js'
//# sourceMappingURL=index.js.map
