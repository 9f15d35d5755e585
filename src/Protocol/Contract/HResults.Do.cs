namespace Haul.Protocol.Contract;

// The codes of Delivery Optimization itself: facility 208 (contract, section 9.1).
public static partial class HResults
{
    // The agent, jobs and files.
    public static readonly HResult DO_E_NO_SERVICE = Define(0x80D01001, "The Delivery Optimization agent could not be reached.");
    public static readonly HResult DO_E_DOWNLOAD_NO_PROGRESS = Define(0x80D02002, "Not one byte arrived within the no-progress timeout.");
    public static readonly HResult DO_E_JOB_NOT_FOUND = Define(0x80D02003, "There is no such job.");
    public static readonly HResult DO_E_JOB_EMPTY = Define(0x80D02004, "The job has no files; add one first.");
    public static readonly HResult DO_E_NO_DOWNLOADS = Define(0x80D02005, "There are no downloads now.");
    public static readonly HResult DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED = Define(0x80D0200B, "This download cannot go to a stream in memory.");
    public static readonly HResult DO_E_JOB_TOO_OLD = Define(0x80D0200C, "The job was neither completed nor cancelled before it reached its maximum age.");
    public static readonly HResult DO_E_LOCALPATH_NOT_SET = Define(0x80D0200D, "No local path was given.");
    public static readonly HResult DO_E_FILE_NOT_AVAILABLE = Define(0x80D02010, "The error is not tied to a file.");
    public static readonly HResult DO_E_UNKNOWN_PROPERTY_ID = Define(0x80D02011, "There is no property with this id.");
    public static readonly HResult DO_E_READ_ONLY_PROPERTY = Define(0x80D02012, "The property can be read but not set.");
    public static readonly HResult DO_E_INVALID_STATE = Define(0x80D02013, "The job's state does not allow this.");
    public static readonly HResult DO_E_ERROR_INFORMATION_UNAVAILABLE = Define(0x80D02014, "The job has no error.");
    public static readonly HResult DO_E_WRITE_ONLY_PROPERTY = Define(0x80D02015, "The property can be set but not read.");
    public static readonly HResult DO_E_INTEGRITYCHECKINFO_UNSPECIFIED = Define(0x80D02016, "The bytes must be proved, and no integrity information was given.");
    public static readonly HResult DO_E_INTEGRITYCHECKINFO_UNAVAILABLE = Define(0x80D02017, "The bytes must be proved, and the integrity information could not be fetched.");
    public static readonly HResult DO_E_FILE_DOWNLOADSINK_UNSPECIFIED = Define(0x80D02018, "The download was started with neither a file nor a stream to go to.");
    public static readonly HResult DO_E_FILE_DOWNLOADSINK_ALREADY_SET = Define(0x80D02019, "The download already goes to a target of another kind.");
    public static readonly HResult DO_E_FILE_SIZE_UNKNOWN_HTTP_200 = Define(0x80D0201A, "The server answered 200 without the size of the file.");
    public static readonly HResult DO_E_FILE_ENCRYPTION_EXPECTED = Define(0x80D0201B, "A decryption key was given for a file that is not encrypted.");
    public static readonly HResult DO_E_FILE_SIZE_UNKNOWN_HTTP_206 = Define(0x80D0201C, "The server answered 206 without the size of the file.");
    public static readonly HResult DO_E_FILE_SIZE_UNKNOWN_HTTP_2XX = Define(0x80D0201D, "The server answered with success but without the size of the file.");
    public static readonly HResult DO_E_NETWORK_ACCESS_CONSENT_NEEDED = Define(0x80D0201E, "The user must first agree to the use of the network.");

    // What a download needs before it can start.
    public static readonly HResult DO_E_DOWNLOAD_NO_URI = Define(0x80D02200, "The download was started without a URL.");
    public static readonly HResult DO_E_DOWNLOAD_NO_CONTENT_ID = Define(0x80D02201, "The download was started without a content id.");
    public static readonly HResult DO_E_INVALID_CONTENT_ID = Define(0x80D02202, "The content id is not valid.");
    public static readonly HResult DO_E_DOWNLOAD_RANGES_UNEXPECTED = Define(0x80D02203, "Ranges were given where none may be.");
    public static readonly HResult DO_E_DOWNLOAD_RANGES_EXPECTED = Define(0x80D02204, "Ranges are missing where they are needed.");
    public static readonly HResult DO_E_NO_DOWNLOAD_PARTICIPATION = Define(0x80D03001, "This machine does not take part at present.");
    public static readonly HResult DO_E_NO_DOWNLOAD_EXTSETTINGS = Define(0x80D03002, "The settings of the user or the administrator forbid the download.");

    // Transient: the job goes on by itself once the reason is gone.
    public static readonly HResult DO_E_BLOCKED_BY_COST_TRANSFER_POLICY = Define(0x80D03801, "Paused: the job may not use a network of this cost.");
    public static readonly HResult DO_E_DOWNLOADMODE_SET_BY_CP = Define(0x80D03802, "The download mode is limited by the content's policy.");
    public static readonly HResult DO_E_BLOCKED_BY_CELLULAR_POLICY = Define(0x80D03803, "Paused: the job may not use a cellular network.");
    public static readonly HResult DO_E_BLOCKED_BY_POWER_STATE = Define(0x80D03804, "Paused: the machine does not run on mains power.");
    public static readonly HResult DO_E_BLOCKED_BY_NO_NETWORK = Define(0x80D03805, "Paused: there is no network.");
    public static readonly HResult DO_E_DOWNLOADMODE_SET_BY_POLICY = Define(0x80D03806, "The download mode is limited by policy.");
    public static readonly HResult DO_E_BLOCKED_BY_VPN_POLICY = Define(0x80D03807, "Paused: the job may not use a VPN.");
    public static readonly HResult DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE = Define(0x80D03808, "Paused: the machine is almost out of memory.");
    public static readonly HResult DO_E_DOWNLOADMODE_SET_BY_CACHE_ABSENCE = Define(0x80D03809, "The download mode is limited because the store's folder is missing.");
    public static readonly HResult DO_E_CLOUD_SERVICES_UNREACHABLE = Define(0x80D0380A, "A service that the download depends on cannot be reached.");
    public static readonly HResult DO_E_DOWNLOADMODE_SET_FOR_UNREG_CALLER = Define(0x80D0380B, "The download mode is limited because the caller is not registered.");
    public static readonly HResult DO_E_DOWNLOADMODE_SET_FOR_SIMPLE_RANGES = Define(0x80D0380C, "The download mode is limited because of the ranges that were asked for.");
    public static readonly HResult DO_E_UNEXPECTED_HTTP_STATUS_2XX = Define(0x80D0380D, "Paused: the server answered with a success status that carries no file.");

    // Ranges and the server's answers.
    public static readonly HResult DO_E_HTTP_BLOCKSIZE_MISMATCH = Define(0x80D05001, "The server sent another number of bytes than was asked for.");
    public static readonly HResult DO_E_HTTP_CERT_VALIDATION = Define(0x80D05002, "The server's certificate did not pass the check.");
    public static readonly HResult DO_E_INVALID_RANGE = Define(0x80D05010, "A byte range is empty or lies outside the file.");
    public static readonly HResult DO_E_INSUFFICIENT_RANGE_SUPPORT = Define(0x80D05011, "The server does not answer range requests as needed.");
    public static readonly HResult DO_E_OVERLAPPING_RANGES = Define(0x80D05012, "Two byte ranges overlap.");

    // Pieces and the proof of them.
    public static readonly HResult DO_E_UPLOADING_BAD_PIECES = Define(0x80D06800, "Too many pieces turned out to be false while they were uploaded.");
    public static readonly HResult DO_E_FATAL_CORE_ERROR = Define(0x80D06802, "The engine failed inside; please report it.");
    public static readonly HResult DO_E_SERVICES_RESPONSE_EMPTY = Define(0x80D06803, "A service answered with empty JSON.");
    public static readonly HResult DO_E_BAD_INCOMING_DATA = Define(0x80D06804, "The data of a piece is false or incomplete.");
    public static readonly HResult DO_E_BAD_PIECE_HASH = Define(0x80D06805, "The bytes do not have the expected hash.");
    public static readonly HResult DO_E_BAD_PIECE_HASH_NO_BAN = Define(0x80D06806, "A piece does not have the expected hash; its source is kept for now.");
    public static readonly HResult DO_E_ALREADY_HAVE_PIECE = Define(0x80D06807, "The piece is already here.");
    public static readonly HResult DO_E_MISSING_PIECE = Define(0x80D06808, "The piece is no longer here.");
    public static readonly HResult DO_E_METAINFO_PARSE_JSON = Define(0x80D06809, "The manifest is not valid JSON.");
    public static readonly HResult DO_E_METAINFO_CONTENT = Define(0x80D06809, "The manifest is not valid JSON."); // its name in earlier headers
    public static readonly HResult DO_E_METAINFO_VERSION = Define(0x80D0680A, "The manifest has a version that is not known.");
    public static readonly HResult DO_E_METAINFO_DIGEST_MATCH = Define(0x80D0681A, "The manifest does not have the digest that was given for it.");
    public static readonly HResult DO_E_METAINFO_HOH_MATCH = Define(0x80D0681B, "The manifest's hash of hashes is not the expected one.");
    public static readonly HResult DO_E_METAINFO_HOH_FINAL_MATCH = Define(0x80D0681C, "The hash over the manifest's piece hashes is not the one it names.");
    public static readonly HResult DO_E_METAINFO_CONTENT_LENGTH = Define(0x80D0681D, "The manifest names a length that is not valid.");
    public static readonly HResult DO_E_METAINFO_PIECE_SIZE = Define(0x80D0681E, "The manifest names a piece size that is not valid.");
    public static readonly HResult DO_E_METAINFO_PARSE_HOH = Define(0x80D0681F, "The manifest's hash of hashes cannot be read.");
    public static readonly HResult DO_E_METAINFO_PARSE_PIECEHASHES = Define(0x80D06820, "The manifest's list of piece hashes cannot be read.");
    public static readonly HResult DO_E_METAINFO_PARSE_ONE_PIECEHASH = Define(0x80D06821, "One piece hash of the manifest cannot be read.");
    public static readonly HResult DO_E_METAINFO_FILE_SIZE = Define(0x80D06822, "The size of the manifest is missing or wrong.");
    public static readonly HResult DO_E_PHF_DIGESTMATCH_POTENTIAL_PROXYSERVER = Define(0x80D06823, "The manifest has the wrong digest; a login page of the network may stand in its place.");
    public static readonly HResult DO_E_PHF_PARSEJSON_POTENTIAL_PROXYSERVER = Define(0x80D06824, "The manifest is not JSON; a login page of the network may stand in its place.");

    // Peers and swarms.
    public static readonly HResult DO_E_SWARM_NOT_RUNNING = Define(0x80D0680B, "The swarm is not running.");
    public static readonly HResult DO_E_UNRECOGNIZED_CONN = Define(0x80D0680C, "The connection belongs to no known peer.");
    public static readonly HResult DO_E_PEER_BANNED = Define(0x80D0680D, "The peer sent false data before and is refused.");
    public static readonly HResult DO_E_CONNECT_TO_SELF = Define(0x80D0680E, "The peer's address is this machine's own.");
    public static readonly HResult DO_E_ALREADY_CONNECTED = Define(0x80D0680F, "There already is a connection to this peer.");
    public static readonly HResult DO_E_NO_MORE_CONNECTIONS = Define(0x80D06810, "The limit of connections is reached.");
    public static readonly HResult DO_E_LOST_CONNECTION = Define(0x80D06811, "The connection to the peer was lost.");
    public static readonly HResult DO_E_UNRECOGNIZED_SWARM = Define(0x80D06812, "There is no swarm with this id.");
    public static readonly HResult DO_E_INVALID_HANDSHAKE_LEN = Define(0x80D06813, "The peer's handshake has the wrong length.");
    public static readonly HResult DO_E_SOCKET_CLOSED = Define(0x80D06814, "The socket is closed.");
    public static readonly HResult DO_E_PEER_MSG_TOO_LONG = Define(0x80D06815, "The peer sent a message that is too long.");
    public static readonly HResult DO_E_INVALID_PEER_MSG = Define(0x80D06816, "The peer sent a message that is not valid.");
    public static readonly HResult DO_E_PEER_IS_UPLOAD = Define(0x80D06817, "The peer only uploads.");
    public static readonly HResult DO_E_PIN_FAIL_NO_PEERING = Define(0x80D06818, "The content cannot be pinned: it is not shared with peers.");
    public static readonly HResult DO_E_DELETE_PINNED_SWARM = Define(0x80D06819, "The content is pinned and is deleted only by force.");
}
