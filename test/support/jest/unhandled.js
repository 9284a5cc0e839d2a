/** In the folder of the run: the errors that nobody handled and no test could be made to fail for. */
export const UNHANDLED = 'unhandled-errors.txt';
