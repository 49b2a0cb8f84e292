import { beforeAll } from 'vitest';
import { type TestGateway, testGateway } from './gateway.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';

/** Gives a test file a database and a gateway on it before its first test, and takes both away behind its last. */
export function gatewayForFile(take: (own: { database: TestDatabase; gateway: TestGateway }) => void): void {
  beforeAll(async () => {
    const database = await testDatabase();
    const gateway = await testGateway(database.url);
    take({ database, gateway });
    return async () => {
      await gateway.stop();
      await database.drop();
    };
  });
}
