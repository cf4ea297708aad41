/** Whether this browser was signed in as a wall screen last: when that ends, what is asked for is a code and nobody's name. */
import { keptFlag } from '../app/preferences.ts';

export const [isWallScreen, setWallScreen] = keptFlag('wall-screen', false);
