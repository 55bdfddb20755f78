import { writeBuildId } from '@docket/platform/build-id';

console.log(`build ${writeBuildId('api')}`);
