/** Reads a command's arguments with `read`; ends the process, with the usage, when they make no sense. */
export const orShowUsage = (usage, read) => (args) => {
  try {
    return read(args);
  } catch (error) {
    console.error(`${error.message}\nUsage: ${usage}`);
    process.exit(2);
  }
};
