/** For tests of packages, which reach what is outside of them through test/support alone. */
export { storeFile } from '../../tools/eval/store-file.ts';
